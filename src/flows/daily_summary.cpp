#include "flows/daily_summary.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "domain/period_calendar.h"
#include "engine/posting_audit.h"
#include "engine/posting_steps.h"
#include "flows/document_json.h"
#include "flows/posting_states.h"

namespace connector::flows {

using domain::Cause;
using domain::Document;
using domain::PostingKind;
using domain::Result;
using domain::UtcTime;
using json::Value;
using store::PostingRow;
using store::PostingState;

namespace {

/// A day is closed this long after its end, so that what Walmart tells late is still in it.
constexpr domain::Milliseconds kLateOrders = std::chrono::hours(2);
/// Without a completed run over the orders a day waits this long at most.
constexpr domain::Milliseconds kLongestWait = std::chrono::hours(24);

int ordinal_in(const std::string& key) {
  return static_cast<int>(json::parse_integer(key.substr(key.rfind('/') + 1)).value_or(0));
}

/// Reads no more of a day's document than its members: every order of the day asks.
Result<bool> is_member(const PostingRow& daily, const std::string& key) {
  constexpr std::array<std::string_view, 2> kMembers{"members", "key"};
  const auto document = json::parse_members(daily.document.empty() ? "{}" : daily.document, kMembers);
  if (!document) return domain::fail(document.error());
  const json::Array& members = (*document)["members"].array();
  return std::any_of(members.begin(), members.end(),
                     [&key](const Value& member) { return member["key"].text() == std::optional(key); });
}

bool is_day_before(const std::string& day, const std::string& zone, UtcTime now) {
  const auto today = domain::date_in_zone(now - kLateOrders, zone);
  return today && day < domain::to_iso8601(*today);
}

/// The first invoice of a day when the day is over; a later one with the days that end after it was begun, so that
/// late orders make at most one more invoice a day.
bool is_over(const PostingRow& daily, const std::string& zone, UtcTime now) {
  if (!is_day_before(daily.source_id, zone, now)) return false;
  if (ordinal_in(daily.key) <= 1) return true;
  const auto begun = domain::date_in_zone(daily.created_at - kLateOrders, zone);
  return begun && is_day_before(domain::to_iso8601(*begun), zone, now);
}

Result<void> put_processing(store::Transaction& transaction, const PlanningContext& context, const PostingRow& daily,
                            const Document& invoice, UtcTime now) {
  if (context.settings.invoice_completion != domain::InvoiceCompletion::process_with_ship_date) return {};
  Document document = invoice;
  document.kind = PostingKind::invoice_processing;
  document.key = "processing" + daily.key.substr(daily.key.find('/'));
  document.depends_on = daily.key;
  auto known = transaction.posting(daily.connection, document.key);
  if (!known) return domain::fail(known.error());
  if (*known) {
    if ((*known)->state != PostingState::withdrawn) return {};
    engine::become_planned(**known);
    return engine::store_decision(transaction, **known, "posting.planned", now);
  }
  PostingRow row;
  row.connection = daily.connection;
  row.key = document.key;
  row.source_id = daily.source_id;
  row.kind = document.kind;
  row.reference = document.reference;
  row.depends_on = daily.key;
  row.document = json::write(to_json(document));
  row.currency = document.currency;
  row.document_date = daily.document_date;
  row.priority = daily.priority;
  row.mapping_version = context.mapping_version;
  row.created_at = now;
  return engine::store_decision(transaction, row, "posting.planned", now);
}

Result<PostingRow> begin_invoice(store::Transaction& transaction, const PlanningContext& context, const Document& share,
                                 domain::Date day, int ordinal, UtcTime now) {
  Document document;
  document.kind = PostingKind::daily_invoice;
  document.key = domain::daily_key(day, share.currency, ordinal);
  document.reference = domain::daily_reference(context.settings.reference_prefix, day, share.currency, ordinal);
  document.currency = share.currency;
  document.date = day;
  document.description = fmt::format("Walmart orders of {}, {}", domain::to_iso8601(day), share.currency);
  PostingRow row;
  row.connection = context.connection;
  row.key = document.key;
  row.source_id = domain::to_iso8601(day);
  row.kind = document.kind;
  row.reference = document.reference;
  row.document = json::write(to_json(document));
  row.currency = document.currency;
  row.document_date = row.source_id;
  row.priority = context.priority;
  row.mapping_version = context.mapping_version;
  row.created_at = now;
  row.next_attempt_at = std::max(now, domain::start_of_day(day) + std::chrono::hours(24)) + kLongestWait;
  if (auto stored = engine::store_decision(transaction, row, "posting.planned", now); !stored) {
    return domain::fail(stored.error());
  }
  if (auto processing = put_processing(transaction, context, row, document, now); !processing) {
    return domain::fail(processing.error());
  }
  return row;
}

Result<std::vector<domain::SummaryShare>> ready_shares(store::Reader& reader, const PostingRow& daily) {
  auto rows = reader.blocked_by(daily.connection, daily.key);
  if (!rows) return domain::fail(rows.error());
  std::vector<domain::SummaryShare> shares;
  for (const PostingRow& row : *rows) {
    const bool may_go = row.state == PostingState::planned || (row.state == PostingState::retry && !row.in_doubt);
    if (row.kind != PostingKind::sales_invoice || !may_go) continue;
    auto document = document_of(row);
    if (!document) return domain::fail(document.error());
    if (document->in_summary) shares.push_back({row.key, std::move(*document)});
  }
  return shares;
}

}  // namespace

Result<bool> is_summarized(store::Reader& reader, const PostingRow& row) {
  if (!row.depends_on.starts_with("daily/")) return false;
  auto daily = reader.posting(row.connection, row.depends_on);
  if (!daily) return domain::fail(daily.error());
  if (!*daily || !is_frozen(**daily)) return false;
  return is_member(**daily, row.key);
}

Result<void> assign_to_day(store::Transaction& transaction, const PlanningContext& context, const Document& share,
                           PostingRow& row, UtcTime now) {
  row.depends_on.clear();
  const auto day = domain::date_in_exact(share);
  if (!day || row.state != PostingState::planned) return {};
  auto rows = transaction.postings_of(context.connection, domain::to_iso8601(*day));
  if (!rows) return domain::fail(rows.error());
  int last = 0;
  for (PostingRow& daily : *rows) {
    if (daily.kind != PostingKind::daily_invoice || daily.currency != share.currency) continue;
    last = std::max(last, ordinal_in(daily.key));
    if (is_frozen(daily)) continue;
    row.depends_on = daily.key;
    // Held without a body: none of its orders was fit for it, which one more may be.
    if (daily.state != PostingState::withdrawn && daily.state != PostingState::held) return {};
    engine::become_planned(daily, now + kLongestWait);
    if (auto stored = engine::store_decision(transaction, daily, "posting.planned", now); !stored) return stored;
    auto document = document_of(daily);
    if (!document) return domain::fail(document.error());
    return put_processing(transaction, context, daily, *document, now);
  }
  auto made = begin_invoice(transaction, context, share, *day, last + 1, now);
  if (!made) return domain::fail(made.error());
  row.depends_on = made->key;
  return {};
}

Result<Document> frozen_summary(store::Reader& reader, const PostingRow& row, const ShareCheck& check) {
  auto empty = document_of(row);
  if (!empty) return domain::fail(empty.error());
  auto shares = ready_shares(reader, row);
  if (!shares) return domain::fail(shares.error());
  std::optional<domain::Error> why;
  std::erase_if(*shares, [&](const domain::SummaryShare& share) {
    auto fits = check(share.document);
    if (!fits && !why) why = fits.error();
    return !fits;
  });
  if (shares->empty()) {
    if (why) return domain::fail(*why);
    return domain::fail(Cause::mapping_error, "none of the orders of this day can be invoiced: each is held by itself");
  }
  return domain::summarized(std::move(*empty), std::move(*shares));
}

Result<std::string> share_body(store::Reader& reader, PostingRow& row, const Document& share, const ShareCheck& check) {
  auto daily = reader.posting(row.connection, row.depends_on);
  if (!daily) return domain::fail(daily.error());
  if (!*daily || (*daily)->state != PostingState::posted) {
    return domain::fail(Cause::waiting_for_dependency, "the day's invoice " + row.depends_on + " is not posted yet");
  }
  const auto member = is_member(**daily, row.key);
  if (!member) return domain::fail(member.error());
  if (!*member) {
    if (auto fits = check(share); !fits) return domain::fail(fits.error());
    row.mapping_version = -1;  // older than any: what is held so is planned anew by itself
    return domain::fail(Cause::mapping_error,
                        "it was not ready when the day's invoice was sent, and goes into the next one");
  }
  Value body{json::Object{}};
  body.set("InvoiceID", (*daily)->target_id);
  body.set("InvoiceNumber", (*daily)->target_number);
  return json::write(body);
}

namespace {

/// Orders that wait for a day's invoice, which the connection makes no more, get invoices of their own.
Result<void> leave_days(store::Transaction& transaction, const PlanningContext& context, UtcTime now) {
  if (context.settings.document_mode == domain::DocumentMode::daily_summary) return {};
  auto rows = transaction.waiting_of_kind(context.connection, PostingKind::daily_invoice);
  if (!rows) return domain::fail(rows.error());
  std::set<std::string> days;
  for (const PostingRow& row : *rows) {
    if (row.mapping_version != context.mapping_version) days.insert(row.source_id);
  }
  for (const std::string& day : days) {
    if (auto replanned = replan_day(transaction, context, day, now); !replanned) return replanned;
  }
  return {};
}

}  // namespace

Result<std::size_t> close_days(store::Transaction& transaction, const PlanningContext& context,
                               std::optional<UtcTime> read_to, UtcTime now) {
  if (auto left = leave_days(transaction, context, now); !left) return domain::fail(left.error());
  auto rows = transaction.waiting_of_kind(context.connection, PostingKind::daily_invoice);
  if (!rows) return domain::fail(rows.error());
  std::size_t closed = 0;
  for (PostingRow& row : *rows) {
    if (row.state != PostingState::planned || row.next_attempt_at <= std::optional(now)) continue;
    if (!read_to || !is_over(row, context.settings.booking_zone, std::min(*read_to, now))) continue;
    row.next_attempt_at = now;
    row.updated_at = now;
    if (auto updated = transaction.update_posting(row); !updated) return domain::fail(updated.error());
    ++closed;
  }
  return closed;
}

bool is_day(std::string_view source_id) {
  return source_id.size() == 10 && source_id[4] == '-' && domain::parse_date(source_id).has_value();
}

Result<void> replan_day(store::Transaction& transaction, const PlanningContext& context, const std::string& day,
                        UtcTime now) {
  auto rows = transaction.postings_of(context.connection, day);
  if (!rows) return domain::fail(rows.error());
  for (PostingRow& row : *rows) {
    if (row.kind != PostingKind::daily_invoice || is_frozen(row) || row.state == PostingState::withdrawn) continue;
    auto shares = ready_shares(transaction, row);
    if (!shares) return domain::fail(shares.error());
    for (const domain::SummaryShare& share : *shares) {
      auto replanned = replan_order(transaction, context, share.document.purchase_order_id, now);
      if (!replanned) return domain::fail(replanned.error());
    }
    auto left = ready_shares(transaction, row);
    if (!left) return domain::fail(left.error());
    if (left->empty()) {
      engine::become_withdrawn(row);
    } else {
      engine::become_planned(row, row.state == PostingState::held ? now : row.next_attempt_at);
    }
    row.mapping_version = context.mapping_version;
    const char* action = left->empty() ? "posting.withdrawn" : "posting.released";
    if (auto stored = engine::store_decision(transaction, row, action, now); !stored) return stored;
  }
  // The processing of a day's invoice is released as any posting without facts of its own.
  for (PostingRow& row : *rows) {
    if (row.kind != PostingKind::invoice_processing || is_frozen(row) || row.state == PostingState::withdrawn) continue;
    auto invoice = transaction.posting(row.connection, row.depends_on);
    if (!invoice) return domain::fail(invoice.error());
    if (*invoice && (*invoice)->state == PostingState::withdrawn) {
      engine::become_withdrawn(row);
      if (auto stored = engine::store_decision(transaction, row, "posting.withdrawn", now); !stored) return stored;
      continue;
    }
    if (row.state != PostingState::held) continue;
    auto document = document_of(row);
    if (!document) return domain::fail(document.error());
    document->posting_date.reset();
    const bool open = !document->date || context.calendar.is_open(*document->date);
    if (!open && context.settings.closed_period == domain::ClosedPeriodPolicy::first_open_day) {
      document->posting_date = context.calendar.first_open_day(*document->date);
    }
    row.mapping_version = context.mapping_version;
    if (!open && !document->posting_date) {
      row.updated_at = now;
      if (auto updated = transaction.update_posting(row); !updated) return updated;
      continue;
    }
    engine::become_planned(row);
    row.document = json::write(to_json(*document));
    if (auto stored = engine::store_decision(transaction, row, "posting.released", now); !stored) return stored;
  }
  return {};
}

Result<void> skip_shares(store::Transaction& transaction, const PostingRow& daily, const std::string& reason,
                         UtcTime now) {
  auto rows = transaction.blocked_by(daily.connection, daily.key);
  if (!rows) return domain::fail(rows.error());
  for (PostingRow& row : *rows) {
    if (row.state == PostingState::skipped || is_frozen(row)) continue;
    engine::become_skipped(row, reason);
    if (auto stored = engine::store_decision(transaction, row, "posting.skipped", now); !stored) return stored;
  }
  return {};
}

}  // namespace connector::flows
