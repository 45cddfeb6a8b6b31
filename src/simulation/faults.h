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
  std::uint32_t request_lost = 0;        ///< never arrives; the client times out
  std::uint32_t response_lost = 0;       ///< takes effect; the client times out
  std::uint32_t request_late = 0;        ///< takes effect after the client has given up
  std::uint32_t duplicated = 0;          ///< GETs arrive twice
  std::uint32_t slow = 0;                ///< up to the client's patience
  std::uint32_t reset_after_effect = 0;  ///< takes effect; the connection breaks before the answer
  std::uint32_t body_cut = 0;            ///< takes effect; the connection breaks in the answer's body
  std::uint32_t body_garbled = 0;        ///< takes effect; the answer's body ends early with its status intact
  std::uint32_t wrong_content_type = 0;  ///< takes effect; the answer says text/html
  std::uint32_t html_error_page = 0;     ///< 502 from a gateway, without effect
  std::uint32_t html_after_effect = 0;   ///< 502 from a gateway, after the effect
  std::uint32_t bad_request = 0;         ///< 400 with an error body of the remote's form, without effect
  std::uint32_t server_error_before = 0;
  std::uint32_t server_error_after = 0;
  std::uint32_t too_many_requests = 0;       ///< 429 with Retry-After
  std::uint32_t too_many_requests_bare = 0;  ///< 429 without a word on how long
  std::uint32_t unauthorized = 0;
  std::uint32_t forbidden = 0;
  std::uint32_t request_timeout_408 = 0;  ///< after the effect
  std::uint32_t token_answer_lost = 0;    ///< per token request: the single-use token is spent
  std::uint32_t full_at_tokens = 0;       ///< per answer with tokens: the disk is full as it comes
  std::uint32_t cursor_expired = 0;       ///< per page after the first: 400
  std::uint32_t killed_at_send = 0;       ///< the process dies as a writing request has left
  std::uint32_t paused_at_send = 0;       ///< the process sleeps longer than its lease before a writing request leaves
  std::uint32_t paused_at_refusal = 0;    ///< it sleeps before it hears that a writing request was refused
  std::uint32_t paused_at_tokens = 0;     ///< it sleeps before it hears what became of a request for tokens
  // Per notice of a webhook.
  std::uint32_t webhook_lost = 0;     ///< its remote may try again
  std::uint32_t webhook_doubled = 0;  ///< arrives twice
  std::uint32_t webhook_late = 0;     ///< by some minutes, behind later ones
  std::uint32_t webhook_forged = 0;   ///< somebody who does not know the key sends another one
  // Per write of a page of the store.
  std::uint32_t killed_at_write = 0;  ///< between any two writes
  std::uint32_t disk_write_failed = 0;
  std::uint32_t disk_sync_failed = 0;
  std::uint32_t disk_read_failed = 0;
  // Per hour.
  std::uint32_t outage = 0;                 ///< of one remote, up to some hours
  std::uint32_t server_error_burst = 0;     ///< every request gets 503 for some minutes
  std::uint32_t answers_lost_for_long = 0;  ///< a remote works on, but its gateway answers 504, up to two hours
  std::uint32_t token_endpoint_down = 0;
  std::uint32_t kill = 0;        ///< of a process, at any await
  std::uint32_t power_loss = 0;  ///< all processes die; writes that were not synced are torn
  std::uint32_t pause = 0;       ///< of a process, longer than its lease
  std::uint32_t clock_jump = 0;  ///< of all processes' clock, by seconds, forth and back
  std::uint32_t disk_full = 0;
  std::uint32_t store_locked = 0;
  std::uint32_t mapping_edited = 0;    ///< a SKU loses its item for some hours
  std::uint32_t account_mistyped = 0;  ///< a SKU is mapped to another G/L account for some hours
  std::uint32_t item_blocked = 0;      ///< in Exact
  std::uint32_t account_blocked = 0;   ///< a G/L account in Exact
  std::uint32_t period_closed = 0;
  std::uint32_t document_edited = 0;   ///< a person words or processes an invoice
  std::uint32_t document_deleted = 0;  ///< a person deletes an invoice
  std::uint32_t budget_spent = 0;      ///< another app leaves a few calls a minute
  std::uint32_t day_spent = 0;         ///< another app leaves a few calls of the day
  // Per run.
  std::uint32_t clock_skew = 0;      ///< each process's clock is wrong by up to some seconds
  std::uint32_t store_restored = 0;  ///< the machine is lost, and the store put back from a backup, once

  bool operator==(const FaultRates&) const = default;
};

/// Names of all faults, as --faults takes them.
std::vector<std::string_view> fault_names();
/// "none", "all" or a list "response_lost,kill"; bad_input names an unknown one.
domain::Result<FaultRates> parse_faults(std::string_view list);
/// The rates times a factor of thousandths per fault, which `factor` draws by the fault's index.
template <class Factor>
FaultRates scaled(const FaultRates& rates, Factor factor);
/// The names of those with a rate, with commas; "none" if there are none.
std::string to_string(const FaultRates& rates);
/// The rate of a fault by its index in fault_names().
std::uint32_t& rate_of(FaultRates& rates, std::size_t index);

template <class Factor>
FaultRates scaled(const FaultRates& rates, Factor factor) {
  FaultRates result = rates;
  for (std::size_t index = 0; index < fault_names().size(); ++index) {
    std::uint32_t& rate = rate_of(result, index);
    rate = static_cast<std::uint32_t>(std::uint64_t{rate} * factor(index) / 1'000);
  }
  return result;
}

}  // namespace connector::simulation
