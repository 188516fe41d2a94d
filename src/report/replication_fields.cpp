#include "report/replication_fields.hpp"

#include <string>
#include <string_view>

#include "report/field_values.hpp"

namespace portsim {
namespace {

void visit_interval(const FieldValue& low, const FieldValue& high, FieldSink& sink) {
  sink.begin("ci95", Group::interval);
  sink.value("low", low);
  sink.value("high", high);
  sink.end();
}

void visit_mean(std::string_view name, const std::optional<MeanEstimate>& mean, FieldSink& sink) {
  sink.begin(name, Group::object);
  sink.value("mean", or_null(mean, [](const MeanEstimate& known) { return real(known.mean); }));
  visit_interval(mean ? or_null(mean->low, real) : FieldValue{},
                 mean ? or_null(mean->high, real) : FieldValue{}, sink);
  sink.end();
}

/// A dotted name becomes a field of a group; those of one group follow each other.
void visit_means(const ReplicationResult& replications, FieldSink& sink) {
  std::string_view group;
  for (std::size_t index = 0; index < kMeasureNames.size(); ++index) {
    const std::string_view name = kMeasureNames[index];
    const std::size_t dot = name.find('.');
    const std::string_view of = dot == std::string_view::npos ? std::string_view{} : name.substr(0, dot);
    if (of != group && !group.empty()) {
      sink.end();
    }
    if (of != group && !of.empty()) {
      sink.begin(of, Group::object);
    }
    group = of;
    visit_mean(of.empty() ? name : name.substr(dot + 1), replications.means[index], sink);
  }
  if (!group.empty()) {
    sink.end();
  }
}

void visit_first_failure(const ReplicationResult& replications, FieldSink& sink) {
  const auto time = [](const std::optional<TimePoint>& at) {
    return or_null(at, [](TimePoint known) { return seconds(known); });
  };
  sink.begin("first_failure_s", Group::object);
  for (std::size_t index = 0; index < kQuantiles.size(); ++index) {
    const TimeQuantile& quantile = replications.first_failure[index];
    sink.begin("p" + std::to_string(kQuantiles[index]), Group::object);
    sink.value("value", time(quantile.value));
    visit_interval(time(quantile.low), time(quantile.high), sink);
    sink.end();
  }
  sink.end();
}

}  // namespace

void visit_replications(const ReplicationResult& replications, FieldSink& sink) {
  sink.begin("replications", Group::object);
  sink.value("count", count(replications.count));
  sink.value("all_alike", flag(replications.all_alike));
  visit_means(replications, sink);
  sink.begin("without_failure", Group::object);
  sink.value("share", real(replications.without_failure.share));
  visit_interval(real(replications.without_failure.low), real(replications.without_failure.high), sink);
  sink.end();
  visit_first_failure(replications, sink);
  sink.end();
}

void visit_batches(const BatchResult& batches, FieldSink& sink) {
  const auto visit = [&](std::string_view name, const BatchMean& mean) {
    sink.begin(name, Group::object);
    sink.value("mean", real(mean.estimate.mean));
    visit_interval(or_null(mean.estimate.low, real), or_null(mean.estimate.high, real), sink);
    sink.value("neumann_ratio", or_null(mean.neumann_ratio, real));
    sink.value("correlated", flag(mean.is_correlated));
    sink.end();
  };
  sink.begin("batches", Group::object);
  sink.value("count", count(batches.count));
  visit("failure_ratio", batches.failure_ratio);
  visit("ports_in_use", batches.ports_in_use);
  sink.end();
}

}  // namespace portsim
