#include "simulation/faults.h"

#include <array>

namespace connector::simulation {

namespace {

struct NamedFault {
  std::string_view name;
  std::uint32_t FaultRates::*member;
  std::uint32_t usual;
};

constexpr std::array kFaults{
    NamedFault{"connect_refused", &FaultRates::connect_refused, 5'000},
    NamedFault{"request_lost", &FaultRates::request_lost, 5'000},
    NamedFault{"response_lost", &FaultRates::response_lost, 10'000},
    NamedFault{"request_late", &FaultRates::request_late, 5'000},
    NamedFault{"duplicated", &FaultRates::duplicated, 5'000},
    NamedFault{"slow", &FaultRates::slow, 20'000},
    NamedFault{"reset_after_effect", &FaultRates::reset_after_effect, 10'000},
    NamedFault{"body_cut", &FaultRates::body_cut, 5'000},
    NamedFault{"html_error_page", &FaultRates::html_error_page, 3'000},
    NamedFault{"server_error_before", &FaultRates::server_error_before, 5'000},
    NamedFault{"server_error_after", &FaultRates::server_error_after, 5'000},
    NamedFault{"too_many_requests", &FaultRates::too_many_requests, 2'000},
    NamedFault{"unauthorized", &FaultRates::unauthorized, 1'000},
    NamedFault{"forbidden", &FaultRates::forbidden, 500},
    NamedFault{"request_timeout_408", &FaultRates::request_timeout_408, 2'000},
    NamedFault{"token_answer_lost", &FaultRates::token_answer_lost, 20'000},
    NamedFault{"outage", &FaultRates::outage, 10'000},
    NamedFault{"kill", &FaultRates::kill, 200'000},
    NamedFault{"pause", &FaultRates::pause, 50'000},
    NamedFault{"clock_jump", &FaultRates::clock_jump, 10'000},
};

}  // namespace

std::vector<std::string_view> fault_names() {
  std::vector<std::string_view> names;
  for (const auto& fault : kFaults) names.push_back(fault.name);
  return names;
}

domain::Result<FaultRates> parse_faults(std::string_view list) {
  FaultRates rates;
  if (list == "none" || list.empty()) return rates;
  while (!list.empty()) {
    const auto comma = list.find(',');
    const std::string_view name = list.substr(0, comma);
    list = comma == std::string_view::npos ? std::string_view{} : list.substr(comma + 1);
    bool known = false;
    for (const auto& fault : kFaults) {
      if (name != "all" && name != fault.name) continue;
      rates.*fault.member = fault.usual;
      known = true;
    }
    if (!known) {
      std::string names;
      for (const auto& fault : kFaults) names += " " + std::string(fault.name);
      return domain::fail(domain::Cause::bad_input,
                          "unknown fault \"" + std::string(name) + "\"; known: all none" + names);
    }
  }
  return rates;
}

}  // namespace connector::simulation
