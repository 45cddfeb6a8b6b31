#include "store/sql/codes.h"

namespace connector::store::sql {

using domain::Cause;
using domain::PostingKind;

namespace {

// Switches without default: the compiler names every enumerator that has no number yet.
constexpr std::int64_t number(PostingState state) {
  switch (state) {
    case PostingState::planned:
      return 0;
    case PostingState::sending:
      return 1;
    case PostingState::retry:
      return 2;
    case PostingState::held:
      return 3;
    case PostingState::posted:
      return 4;
    case PostingState::skipped:
      return 5;
    case PostingState::withdrawn:
      return 6;
  }
  return -1;
}

constexpr std::int64_t number(PostingKind kind) {
  switch (kind) {
    case PostingKind::customer_account:
      return 1;
    case PostingKind::sales_order:
      return 2;
    case PostingKind::sales_order_change:
      return 3;
    case PostingKind::goods_delivery:
      return 4;
    case PostingKind::sales_invoice:
      return 5;
    case PostingKind::invoice_processing:
      return 6;
    case PostingKind::credit_memo:
      return 7;
    case PostingKind::daily_invoice:
      return 8;
    case PostingKind::stock_count:
      return 9;
    case PostingKind::price_feed:
      return 10;
    case PostingKind::item_price:
      return 11;
    case PostingKind::journal_entry:
      return 12;
    case PostingKind::urgent_price:
      return 13;
    case PostingKind::order_acknowledgement:
      return 14;
  }
  return -1;
}

constexpr std::int64_t number(Cause cause) {
  switch (cause) {
    case Cause::bad_input:
      return 1;
    case Cause::mapping_error:
      return 2;
    case Cause::missing_item:
      return 3;
    case Cause::missing_gl_account:
      return 4;
    case Cause::missing_cost_center:
      return 5;
    case Cause::missing_vat_code:
      return 6;
    case Cause::missing_warehouse:
      return 7;
    case Cause::missing_customer:
      return 8;
    case Cause::missing_journal:
      return 9;
    case Cause::closed_period:
      return 10;
    case Cause::business_refusal:
      return 11;
    case Cause::unexpected_source_data:
      return 12;
    case Cause::amount_difference:
      return 13;
    case Cause::authentication_failed:
      return 14;
    case Cause::permission_denied:
      return 15;
    case Cause::rate_limited:
      return 16;
    case Cause::budget_spent:
      return 17;
    case Cause::api_outage:
      return 18;
    case Cause::unclear_outcome:
      return 19;
    case Cause::malformed_response:
      return 20;
    case Cause::not_found:
      return 21;
    case Cause::waiting_for_dependency:
      return 22;
    case Cause::changed_by_person:
      return 23;
    case Cause::store_failure:
      return 24;
    case Cause::fenced:
      return 25;
    case Cause::cancelled:
      return 26;
    case Cause::confirmation_needed:
      return 27;
  }
  return -1;
}

// The enumerations are dense from zero, so every enumerator is met before the first without a number.
template <class Enumeration>
std::optional<Enumeration> find(std::int64_t code) {
  for (int value = 0;; ++value) {
    const auto candidate = static_cast<Enumeration>(value);
    const auto candidate_code = number(candidate);
    if (candidate_code < 0) return std::nullopt;
    if (candidate_code == code) return candidate;
  }
}

}  // namespace

std::int64_t code_of(PostingState state) { return number(state); }
std::int64_t code_of(PostingKind kind) { return number(kind); }
std::int64_t code_of(const std::optional<Cause>& cause) { return cause ? number(*cause) : 0; }

std::optional<PostingState> posting_state_of(std::int64_t code) { return find<PostingState>(code); }
std::optional<PostingKind> posting_kind_of(std::int64_t code) { return find<PostingKind>(code); }
std::optional<Cause> cause_of(std::int64_t code) {
  if (code == 0) return std::nullopt;
  const auto cause = find<Cause>(code);
  return cause ? cause : Cause::store_failure;
}

}  // namespace connector::store::sql
