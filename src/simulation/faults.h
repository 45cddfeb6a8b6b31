#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "domain/result.h"

namespace connector::simulation {

/// Rates of the faults of a run, each in cases per million of its occasion.
struct FaultRates {
  // Per request.
  std::uint32_t connect_refused = 0;
  std::uint32_t request_lost = 0;   ///< never arrives; the client times out
  std::uint32_t response_lost = 0;  ///< takes effect; the client times out
  std::uint32_t request_late = 0;   ///< takes effect after the client has given up
  std::uint32_t duplicated = 0;     ///< GETs arrive twice
  std::uint32_t slow = 0;
  std::uint32_t reset_after_effect = 0;
  std::uint32_t body_cut = 0;
  std::uint32_t html_error_page = 0;
  std::uint32_t server_error_before = 0;
  std::uint32_t server_error_after = 0;
  std::uint32_t too_many_requests = 0;
  std::uint32_t unauthorized = 0;
  std::uint32_t forbidden = 0;
  std::uint32_t request_timeout_408 = 0;
  std::uint32_t token_answer_lost = 0;  ///< per token request
  // Per hour.
  std::uint32_t outage = 0;  ///< of one remote, up to some hours
  std::uint32_t kill = 0;    ///< of a process
  std::uint32_t pause = 0;   ///< of a process, longer than its lease
  std::uint32_t clock_jump = 0;
};

/// Names of all faults, as --faults takes them.
std::vector<std::string_view> fault_names();
/// "none", "all" or a list "response_lost,kill"; bad_input names an unknown one.
domain::Result<FaultRates> parse_faults(std::string_view list);

}  // namespace connector::simulation
