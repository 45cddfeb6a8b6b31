#include "simulation/faults.h"

#include <array>
#include <iterator>

namespace connector::simulation {

namespace {

struct NamedFault {
  std::string_view name;
  std::uint32_t FaultRates::*member;
  std::uint32_t usual;
};

constexpr std::array kFaults{
    NamedFault{"connect_refused", &FaultRates::connect_refused, 5'000},
    NamedFault{"request_lost", &FaultRates::request_lost, 4'000},
    NamedFault{"response_lost", &FaultRates::response_lost, 6'000},
    NamedFault{"request_late", &FaultRates::request_late, 5'000},
    NamedFault{"duplicated", &FaultRates::duplicated, 5'000},
    NamedFault{"slow", &FaultRates::slow, 20'000},
    NamedFault{"reset_after_effect", &FaultRates::reset_after_effect, 6'000},
    NamedFault{"body_cut", &FaultRates::body_cut, 4'000},
    NamedFault{"body_garbled", &FaultRates::body_garbled, 4'000},
    NamedFault{"wrong_content_type", &FaultRates::wrong_content_type, 3'000},
    NamedFault{"html_error_page", &FaultRates::html_error_page, 3'000},
    NamedFault{"html_after_effect", &FaultRates::html_after_effect, 3'000},
    NamedFault{"bad_request", &FaultRates::bad_request, 500},
    NamedFault{"server_error_before", &FaultRates::server_error_before, 5'000},
    NamedFault{"server_error_after", &FaultRates::server_error_after, 5'000},
    NamedFault{"too_many_requests", &FaultRates::too_many_requests, 2'000},
    NamedFault{"too_many_requests_bare", &FaultRates::too_many_requests_bare, 1'000},
    NamedFault{"unauthorized", &FaultRates::unauthorized, 1'000},
    NamedFault{"forbidden", &FaultRates::forbidden, 500},
    NamedFault{"request_timeout_408", &FaultRates::request_timeout_408, 2'000},
    NamedFault{"token_answer_lost", &FaultRates::token_answer_lost, 20'000},
    NamedFault{"full_at_tokens", &FaultRates::full_at_tokens, 10'000},
    NamedFault{"cursor_expired", &FaultRates::cursor_expired, 20'000},
    NamedFault{"killed_at_send", &FaultRates::killed_at_send, 8'000},
    NamedFault{"paused_at_send", &FaultRates::paused_at_send, 5'000},
    NamedFault{"paused_at_refusal", &FaultRates::paused_at_refusal, 100'000},
    NamedFault{"killed_at_write", &FaultRates::killed_at_write, 100},
    NamedFault{"disk_write_failed", &FaultRates::disk_write_failed, 100},
    NamedFault{"disk_sync_failed", &FaultRates::disk_sync_failed, 200},
    NamedFault{"disk_read_failed", &FaultRates::disk_read_failed, 20},
    NamedFault{"webhook_lost", &FaultRates::webhook_lost, 100'000},
    NamedFault{"webhook_doubled", &FaultRates::webhook_doubled, 50'000},
    NamedFault{"webhook_late", &FaultRates::webhook_late, 100'000},
    NamedFault{"webhook_forged", &FaultRates::webhook_forged, 20'000},
    NamedFault{"outage", &FaultRates::outage, 10'000},
    NamedFault{"server_error_burst", &FaultRates::server_error_burst, 20'000},
    NamedFault{"answers_lost_for_long", &FaultRates::answers_lost_for_long, 30'000},
    NamedFault{"token_endpoint_down", &FaultRates::token_endpoint_down, 10'000},
    NamedFault{"kill", &FaultRates::kill, 100'000},
    NamedFault{"power_loss", &FaultRates::power_loss, 10'000},
    NamedFault{"pause", &FaultRates::pause, 50'000},
    NamedFault{"clock_jump", &FaultRates::clock_jump, 10'000},
    NamedFault{"disk_full", &FaultRates::disk_full, 10'000},
    NamedFault{"store_locked", &FaultRates::store_locked, 20'000},
    NamedFault{"mapping_edited", &FaultRates::mapping_edited, 10'000},
    NamedFault{"account_mistyped", &FaultRates::account_mistyped, 20'000},
    NamedFault{"item_blocked", &FaultRates::item_blocked, 10'000},
    NamedFault{"account_blocked", &FaultRates::account_blocked, 5'000},
    NamedFault{"period_closed", &FaultRates::period_closed, 5'000},
    NamedFault{"document_edited", &FaultRates::document_edited, 20'000},
    NamedFault{"document_deleted", &FaultRates::document_deleted, 5'000},
    NamedFault{"budget_spent", &FaultRates::budget_spent, 10'000},
    NamedFault{"clock_skew", &FaultRates::clock_skew, 300'000},
    NamedFault{"day_spent", &FaultRates::day_spent, 10'000},
    NamedFault{"store_restored", &FaultRates::store_restored, 250'000},
    NamedFault{"paused_at_tokens", &FaultRates::paused_at_tokens, 20'000},
};

}  // namespace

std::vector<std::string_view> fault_names() {
  std::vector<std::string_view> names;
  names.reserve(std::size(kFaults));
  for (const auto& fault : kFaults) names.push_back(fault.name);
  return names;
}

std::uint32_t& rate_of(FaultRates& rates, std::size_t index) { return rates.*kFaults.at(index).member; }

std::string to_string(const FaultRates& rates) {
  std::string text;
  for (const auto& fault : kFaults) {
    if (rates.*fault.member == 0) continue;
    if (!text.empty()) text += ",";
    text += fault.name;
  }
  return text.empty() ? "none" : text;
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
