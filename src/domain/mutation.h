#pragma once

namespace connector::domain {

/// Bugs put in on purpose, each of which the simulation must find (tests/mutations). They exist only where
/// CONNECTOR_MUTATIONS is defined: in the copies of a few sources that tests/mutations compiles for itself. Everywhere
/// else `mutated` is false at compile time and nothing of them remains.
enum class Mutation {
  none,
  forget_look_up,                ///< what is in doubt is sent again without a look
  forget_intent,                 ///< the intent to send is not written to the trail
  send_after_lease,              ///< a request leaves however long its lease is over
  doubt_forgotten,               ///< after a time-out the posting counts as not sent
  drop_fencing,                  ///< outcomes are written although another took over
  absence_believed_at_once,      ///< no quiet period before sending again
  limits_ignored,                ///< Exact's limits and 429s are not heeded
  later_pages_forgotten,         ///< only the first page of orders is read
  watermark_too_soon,            ///< the watermark moves although a page failed
  later_return_pages_forgotten,  ///< only the first page of returns is read
  returns_watermark_too_soon,    ///< the watermark of returns moves although a page failed
  no_overlap,                    ///< orders are read from the watermark exactly
  history_forgotten,             ///< planning does not know what was planned before
  sent_documents_replanned,      ///< a document changes although its request may have left
  unclear_taken_for_refusal,     ///< a failed call that may have had an effect counts as refused
  refresh_token_reused,          ///< the spent refresh token is stored again
  unsaved_tokens_used,           ///< a pair is used although it could not be stored
  refresh_without_lock,          ///< tokens are renewed while another process does
  lock_trusted_after_sleep,      ///< a pair is stored because the lock is free, whoever held it in between
  each_shipment_rounded,         ///< every shipment's share is rounded on its own
  each_line_rounded,             ///< one price for all units of a line
  commits_not_synced,            ///< commits are not brought to disk
  failed_commits_reported_done,  ///< a commit that failed counts as done
  audit_chain_broken,            ///< records do not hold the hash of the one before
  lease_released_early,          ///< a lease ends before its request
  dates_of_utc,                  ///< documents bear the day of UTC, whatever the booking zone
  dates_not_stated,              ///< no document's date is sent
  processed_without_date,        ///< an invoice is processed under the day on which that happens
  outcomes_not_audited,          ///< what became of a request is not written to the trail
  accounts_not_stated,           ///< invoice lines are booked on whatever account Exact's item names
  tax_on_shipping_item,          ///< collected tax is booked on the item of shipping
  ordered_when_shipped,          ///< a sales order is made once something has left, not when it is acknowledged
  released_by_persons_alone,     ///< what the mending of a mapping or of reference data would release stays held
  every_failure_held,            ///< what waiting would cure is held at once
  one_cause_for_all,             ///< whatever is held says that its journal is missing
  warehouse_of_fallback,         ///< whatever the ship node, all leaves the warehouse of `*`
  moved_too_far,                 ///< what falls into a closed period is dated a month later than it need be
  closed_periods_ignored,        ///< what falls into a period known to be closed is sent all the same
  no_reserve_for_orders,         ///< stock and prices spend the last calls of Exact's day
  notices_dropped,               ///< notices are acknowledged and kept, and nobody looks at what they name
  restored_store_trusted,        ///< after a backup was put back, what Exact may hold is sent without a look
  restored_parts_trusted,        ///< what is not found then is sent, whatever another of its source was found to be
  outdated_plans_sent,           ///< what was planned before a mapping was mended is sent as it was planned
  acknowledged_unasked,          ///< orders are acknowledged at Walmart whatever the seller wants
  never_acknowledged,            ///< orders are not acknowledged although the seller wants it
  commissions_on_receivable,     ///< what Walmart keeps of a sale is booked as if the customer had not paid it
  journal_entries_not_sought,    ///< a journal entry in doubt is said not to be in Exact
};

#ifdef CONNECTOR_MUTATIONS
/// The one in force; set by the test.
inline Mutation active_mutation = Mutation::none;
inline bool mutated(Mutation mutation) { return active_mutation == mutation; }
#else
constexpr bool mutated(Mutation) { return false; }
#endif

}  // namespace connector::domain
