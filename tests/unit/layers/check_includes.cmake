# Checks every #include of the sources against the dependency rule (src/README.md), and that no result can depend
# on the time of day: only cli asks a clock, for progress and to wait, and that one cannot be set.
# usage: cmake -D ROOT=DIRECTORY -P check_includes.cmake

cmake_minimum_required(VERSION 3.25)

# The rule, in one place: what each layer may include beside itself. `portsim` is the public contract.
set(may_include_portsim "")
set(may_include_base portsim/wide.hpp portsim/time.hpp portsim/rate.hpp)
set(may_include_theory base portsim)
set(may_include_stacks base portsim)
set(may_include_scenario base stacks portsim)
set(may_include_engine base portsim)
set(may_include_report base portsim)
set(may_include_study base theory stacks scenario engine portsim)
set(may_include_trace base stacks scenario portsim)
set(may_include_cli base theory stacks scenario engine report study trace portsim CLI)

# Only a layer that names one of these libraries may use it; other libraries are free.
set(guarded_libraries CLI)

file(GLOB_RECURSE files LIST_DIRECTORIES false RELATIVE "${ROOT}"
     "${ROOT}/include/*.hpp" "${ROOT}/src/*.hpp" "${ROOT}/src/*.cpp")
set(include_count 0)
set(violations "")
foreach(file IN LISTS files)
  string(REGEX REPLACE "^(include|src)/([^/]+)/.*" "\\2" layer ${file})
  if(NOT DEFINED may_include_${layer})
    list(APPEND violations "${file}: the layer ${layer} is not in the table of check_includes.cmake")
    continue()
  endif()
  file(STRINGS "${ROOT}/${file}" clocks REGEX "system_clock|high_resolution_clock|steady_clock|gettimeofday|<ctime>")
  if(clocks AND (NOT layer STREQUAL "cli" OR NOT clocks MATCHES "steady_clock"))
    list(APPEND violations "${file}: ${layer} must not ask a clock what time it is")
  endif()
  file(STRINGS "${ROOT}/${file}" lines REGEX "^[ \t]*#[ \t]*include[ \t]*[<\"]")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE ".*include[ \t]*[<\"]([^>\"]+).*" "\\1" header ${line})
    string(REGEX REPLACE "/.*" "" target ${header})
    math(EXPR include_count "${include_count} + 1")
    if(NOT DEFINED may_include_${target} AND NOT target IN_LIST guarded_libraries)
      if(line MATCHES "\"")
        list(APPEND violations "${file}: \"${header}\" is not named from src/ or include/")
      endif()
    elseif(NOT target STREQUAL layer AND NOT target IN_LIST may_include_${layer}
           AND NOT header IN_LIST may_include_${layer})
      list(APPEND violations "${file}: ${layer} must not include ${header}")
    endif()
  endforeach()
endforeach()

if(include_count EQUAL 0)
  list(APPEND violations "there is nothing to check in ${ROOT}")
endif()
if(violations)
  list(JOIN violations "\n  " violations)
  message(FATAL_ERROR "\n  ${violations}")
endif()
message(STATUS "${include_count} includes keep the dependency rule")
