"""The model in SimPy: a process for each connection, as its documentation teaches. Options as portsim's."""
import argparse
import json
import random

import simpy


def nanoseconds(text):
    for unit, scale in (("ns", 1), ("us", 10**3), ("ms", 10**6), ("s", 10**9)):
        if text.endswith(unit):
            return round(float(text[: -len(unit)]) * scale)
    return round(float(text) * 10**9)


def law(text):
    """A function that draws a duration in ns."""
    name, _, values = text.partition(":")
    if name == "exp":
        mean = nanoseconds(values)
        return lambda: round(random.expovariate(1 / mean))
    if name == "lognormal":
        median, sigma = values.split(",")
        median, sigma = nanoseconds(median), float(sigma)
        return lambda: round(median * random.lognormvariate(0, sigma))
    constant = nanoseconds(text)
    return lambda: constant


class Host:
    def __init__(self, env, options):
        self.env = env
        self.free = list(range(3977))
        self.rtt = nanoseconds("10ms")
        self.time_wait = nanoseconds(options.delay)
        self.lifetime = law(options.lifetime)
        self.end = nanoseconds(options.duration)
        self.attempts = self.failed = 0
        self.first_failure = None
        self.states = dict.fromkeys(("SYN_SENT", "ESTABLISHED", "FIN_WAIT_1", "TIME_WAIT"), 0)
        self.peaks = dict(self.states)

    def stay(self, state, delay):
        self.states[state] += 1
        self.peaks[state] = max(self.peaks[state], self.states[state])
        yield self.env.timeout(delay)
        self.states[state] -= 1

    def connection(self):
        self.attempts += 1
        if not self.free:
            self.failed += 1
            if self.first_failure is None:
                self.first_failure = self.attempts
            return
        port = self.free.pop()
        yield from self.stay("SYN_SENT", self.rtt)
        yield from self.stay("ESTABLISHED", self.lifetime())
        yield from self.stay("FIN_WAIT_1", self.rtt)
        yield from self.stay("TIME_WAIT", self.time_wait)
        self.free.append(port)

    def load(self, rate, is_poisson):
        """Attempt k at floor(k / rate); of a Poisson load after exponential gaps."""
        count = 0
        while True:
            if is_poisson:
                yield self.env.timeout(round(random.expovariate(rate) * 10**9))
            if self.env.now >= self.end:
                return
            self.env.process(self.connection())
            count += 1
            if not is_poisson:
                yield self.env.timeout(count * 10**9 // rate - self.env.now)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", required=True)
    parser.add_argument("--arrivals", default="deterministic")
    parser.add_argument("--lifetime", default="100ms")
    parser.add_argument("--delay", default="240")
    parser.add_argument("--duration", required=True)
    options = parser.parse_args()
    random.seed(1)
    env = simpy.Environment()
    host = Host(env, options)
    env.process(host.load(int(options.rate.removesuffix("/s")), options.arrivals == "poisson"))
    env.run()
    print(json.dumps({"attempts": host.attempts, "failed": host.failed, "first_failed_attempt": host.first_failure}))


if __name__ == "__main__":
    main()
