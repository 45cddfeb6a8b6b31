#include "simulation/held_oracle.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "simulation/wire_oracles.h"

namespace connector::simulation {

using domain::Cause;
using store::PostingRow;

namespace {

/// Reference data that was read before the mending is believed until it is read again, however often that fails: for
/// longer than a day where a person has to sign in first.
constexpr domain::Milliseconds kSlowToSee = std::chrono::hours(48);

/// Exact or the mapping lacks something that a posting names; when it is there again the posting is released.
bool is_of_references(Cause cause) { return cause == Cause::mapping_error || domain::is_missing_reference(cause); }

bool is_of_prices(domain::PostingKind kind) {
  return kind == domain::PostingKind::price_feed || kind == domain::PostingKind::item_price ||
         kind == domain::PostingKind::urgent_price;
}

bool was_brought_about(const PostingRow& row, const HeldPolicy& policy) {
  const FaultRates& rates = policy.rates;
  const Cause cause = *row.cause;
  if (is_of_references(cause) || cause == Cause::closed_period) {
    // Whatever had kept it out of its day's invoice, it is held so until it is planned into the next.
    const bool was_left_out = cause == Cause::mapping_error && row.depends_on.starts_with("daily/");
    return std::any_of(policy.hindrances.begin(), policy.hindrances.end(), [&](const Hindrance& hindrance) {
      return (hindrance.cause == cause || was_left_out) && hindrance.from <= row.updated_at &&
             (!hindrance.until || row.updated_at <= *hindrance.until + kSlowToSee);
    });
  }
  const bool people_meddle = rates.document_edited > 0 || rates.document_deleted > 0;
  switch (cause) {
    case Cause::permission_denied:
      return rates.forbidden > 0;
    case Cause::business_refusal:
      return rates.bad_request > 0 || people_meddle;
    case Cause::amount_difference:
    case Cause::changed_by_person:
    case Cause::not_found:
      // A restored store plans as one invoice what stands in Exact as two.
      return people_meddle || rates.store_restored > 0;
    case Cause::authentication_failed:
      return rates != FaultRates{};
    case Cause::confirmation_needed:
      return rates.store_restored > 0 || row.kind == domain::PostingKind::stock_count;
    case Cause::waiting_for_dependency:
    case Cause::unexpected_source_data:
      // What a plan holds by what Walmart tells: more refunded than charged, a document behind one that was skipped.
      return true;
    default:
      return false;
  }
}

/// What is wrong with its being held; nullptr: nothing.
const char* objection_to(const PostingRow& row, const HeldPolicy& policy, domain::UtcTime now) {
  const Cause cause = *row.cause;
  // One that waits for another is held by its plan.
  if (domain::is_transient(cause) && cause != Cause::waiting_for_dependency) {
    return now - row.created_at < policy.give_up_after ? "waiting cures that" : nullptr;
  }
  if (!was_brought_about(row, policy)) return "nobody brought that about";
  return policy.all_is_mended && is_of_references(cause) ? "that is mended" : nullptr;
}

}  // namespace

bool needs_person(Cause cause) { return !domain::is_transient(cause) && !is_of_references(cause); }

void check_held(store::Store& store, const HeldPolicy& policy, domain::UtcTime now, Verdicts& verdicts) {
  auto query = [](store::Reader& reader) {
    store::PostingFilter filter;
    filter.connection = 1;
    filter.state = store::PostingState::held;
    filter.limit = 100'000;
    return reader.postings(filter);
  };
  auto task = store.read(std::move(query));
  task.start();
  const auto rows = task.take();
  if (!rows) return;
  for (const PostingRow& row : *rows) {
    // What was never tried is held by its plan, which knows why.
    if (row.attempt == 0 || !row.cause || is_of_prices(row.kind)) continue;
    const char* objection = objection_to(row, policy, now);
    if (objection == nullptr) continue;
    verdicts.complain(
        "liveness",
        fmt::format("{} is held since {} for {} ({}), but {}", row.key, domain::to_iso8601_seconds(row.updated_at),
                    domain::to_string(*row.cause), row.cause_detail, objection),
        subject_of(row.key), now);
    return;
  }
}

}  // namespace connector::simulation
