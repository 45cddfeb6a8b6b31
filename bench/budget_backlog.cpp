// Works off a backlog on simulated time under Exact's limits; see simulation/budget_backlog.h. Prints one JSON object.
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string>

#include "simulation/budget_backlog.h"

int main(int argc, char** argv) {
  std::map<std::string, std::string> given;
  for (int i = 1; i + 1 < argc; i += 2) given[argv[i]] = argv[i + 1];
  connector::simulation::BacklogOptions options;
  if (given.contains("--orders")) options.postings = std::stol(given["--orders"]);
  if (given.contains("--processes")) options.processes = std::stoi(given["--processes"]);
  if (given.contains("--per-minute")) options.calls_per_minute = std::stol(given["--per-minute"]);
  if (given.contains("--per-day")) options.calls_per_day = std::stol(given["--per-day"]);
  const auto result = connector::simulation::work_off_backlog(options);
  std::printf("{\"backlog_orders\":%ld,\"processes\":%d,\"posted\":%ld,\"utilisation\":%.4f,\"responses_429\":%ld}\n",
              static_cast<long>(options.postings), options.processes, static_cast<long>(result.posted),
              result.utilisation(), static_cast<long>(result.answers_429));
  return result.posted == options.postings && result.doubles == 0 ? 0 : 1;
}
