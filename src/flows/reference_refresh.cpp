#include "flows/reference_refresh.h"

#include <algorithm>

#include "domain/document.h"
#include "engine/posting_audit.h"
#include "exact/accounts.h"
#include "exact/reference_data.h"
#include "flows/document_json.h"
#include "flows/document_mode.h"
#include "flows/freezing/known_codes.h"

namespace connector::flows {

using domain::Cause;
using domain::Milliseconds;
using domain::Result;
using exact::ODataQuery;
using json::Value;
using ports::CallPriority;
using ports::Task;

namespace {

/// The lists that postings need; those that are required hold everything up while they cannot be read.
struct ReferenceList {
  const char* kind;
  bool required;
};
constexpr ReferenceList kLists[] = {{"item", true},       {"gl_account", false}, {"cost_center", false},
                                    {"cost_unit", false}, {"vat_code", false},   {"warehouse", false},
                                    {"journal", false},   {"period", false}};
constexpr const char* kDeletedMark = "sync/deleted";

/// A list that the user has no right to, or the edition has not, is not asked for again so long: each refusal counts
/// (exact.md 2), and the eighth in an hour would rest the endpoint.
constexpr Milliseconds kRefusedFor = std::chrono::hours(24);
/// The same where all is asked for anew, by a person who may just have been given the right or for what is missing.
constexpr Milliseconds kRefusedForPerson = std::chrono::minutes(15);

std::string loaded_mark(std::string_view kind) { return "reference/" + std::string(kind); }
std::string refused_mark(std::string_view kind) { return "reference/" + std::string(kind) + "/refused"; }
/// Items have another mark than they began with, so that a store filled before their revenue account and their VAT code
/// were asked for reads them whole once more.
std::string sync_mark(std::string_view kind) { return kind == "item" ? "sync/item/3" : "sync/" + std::string(kind); }

/// In the transaction that writes what changed: what was held for the lack of it is planned anew, whatever becomes of
/// the lists after it.
Result<std::size_t> with_new_version(store::Transaction& transaction, store::ConnectionId connection,
                                     std::size_t changed) {
  if (changed == 0) return changed;
  if (auto raised = transaction.raise_mapping_version(connection); !raised) return domain::fail(raised.error());
  return changed;
}

/// Exact tells of a row again although it is as it was: it was blocked and released, say, between two looks. What was
/// held meanwhile would wait for a change that never comes.
Result<bool> may_have_been_mended(store::Reader& reader, store::ConnectionId connection) {
  auto counts = reader.posting_counts(connection);
  if (!counts) return domain::fail(counts.error());
  return std::any_of(counts->begin(), counts->end(), [](const store::Reader::StateCount& each) {
    return each.state == store::PostingState::held && each.cause && domain::is_missing_reference(*each.cause) &&
           each.count > 0;
  });
}

std::string customer_mark(const domain::ConnectionSettings& settings) {
  return "reference/customer/" + customer_code(settings);
}

/// Of the posting that makes the account of that name.
std::string customer_key(const std::string& name) { return "account/" + name; }

Milliseconds refused_for(Milliseconds at_most_old) {
  return at_most_old < kRefusedForPerson ? kRefusedForPerson : kRefusedFor;
}

/// Whether the time that the mark holds is so long ago, or there is none.
Result<bool> is_old(store::Reader& reader, store::ConnectionId connection, const std::string& mark,
                    Milliseconds at_most_old, domain::UtcTime now) {
  auto last = reader.watermark(connection, mark);
  if (!last) return domain::fail(last.error());
  if (!*last) return true;
  const auto time = domain::parse_iso8601(**last);
  return !time || now - *time >= at_most_old;
}

/// Whether the list is to be read again: it is so old, and was not refused lately.
Result<bool> is_list_due(store::Reader& reader, store::ConnectionId connection, const ReferenceList& list,
                         Milliseconds at_most_old, domain::UtcTime now) {
  auto old = is_old(reader, connection, loaded_mark(list.kind), at_most_old, now);
  if (!old || !*old || list.required) return old;
  return is_old(reader, connection, refused_mark(list.kind), refused_for(at_most_old), now);
}

/// What Exact is to be asked for.
struct Due {
  std::vector<ReferenceList> lists;
  bool customer = false;
};

Result<Due> find_due(store::Reader& reader, store::ConnectionId connection, const std::string& mark_of_customer,
                     Milliseconds at_most_old, domain::UtcTime now) {
  Due due;
  for (const ReferenceList& list : kLists) {
    auto is_due = is_list_due(reader, connection, list, at_most_old, now);
    if (!is_due) return domain::fail(is_due.error());
    if (*is_due) due.lists.push_back(list);
  }
  auto customer = is_old(reader, connection, mark_of_customer, at_most_old, now);
  if (!customer) return domain::fail(customer.error());
  due.customer = *customer;
  return due;
}

bool same(const store::ReferenceRow& a, const store::ReferenceRow& b) {
  return a.code == b.code && a.id == b.id && a.data == b.data;
}

}  // namespace

ReferenceRefresh::ReferenceRefresh(exact::Client& exact, store::Store& store, ports::Clock& clock,
                                   store::ConnectionId connection,
                                   std::shared_ptr<const domain::ConnectionSettings> settings)
    : exact_(exact), store_(store), clock_(clock), connection_(connection), settings_(std::move(settings)) {}

Task<Result<std::optional<std::string>>> ReferenceRefresh::mark(std::string name) {
  auto query = [connection = connection_, name = std::move(name)](store::Reader& reader) {
    return reader.watermark(connection, name);
  };
  co_return co_await store_.read(std::move(query));
}

Task<Result<bool>> ReferenceRefresh::is_due(Milliseconds at_most_old) {
  auto query = [connection = connection_, customer = customer_mark(*settings_), at_most_old,
                now = clock_.now()](store::Reader& reader) -> Result<bool> {
    auto open = is_document_mode_open(reader, connection);
    if (!open || *open) return open;
    auto due = find_due(reader, connection, customer, at_most_old, now);
    if (!due) return domain::fail(due.error());
    return due->customer || !due->lists.empty();
  };
  co_return co_await store_.read(std::move(query));
}

Task<Result<std::int64_t>> ReferenceRefresh::timestamp(std::string name) {
  auto last = co_await mark(std::move(name));
  if (!last) co_return domain::fail(last.error());
  co_return last->has_value() ? json::parse_integer(**last).value_or(0) : 0;
}

Task<Result<std::size_t>> ReferenceRefresh::refresh(std::string kind) {
  auto after = co_await timestamp(sync_mark(kind));
  if (!after) co_return domain::fail(after.error());
  const auto started = clock_.now();
  auto update = co_await exact::load_reference(exact_, kind, *after);
  if (!update) {
    co_return domain::fail(update.error().error.cause,
                           "Exact's list of kind " + kind + ": " + update.error().error.message);
  }
  auto work = [connection = connection_, kind, update = std::move(update->value),
               started](store::Transaction& transaction) -> Result<std::size_t> {
    std::size_t changed = 0;
    std::vector<store::ReferenceRow> rows = update.rows;
    const auto by_code = [](const store::ReferenceRow& a, const store::ReferenceRow& b) { return a.code < b.code; };
    std::stable_sort(rows.begin(), rows.end(), by_code);
    if (update.is_complete) {
      auto known = transaction.references(connection, kind);
      if (!known) return domain::fail(known.error());
      std::sort(known->begin(), known->end(), by_code);
      if (!std::equal(known->begin(), known->end(), rows.begin(), rows.end(), same)) {
        changed = std::max<std::size_t>(1, rows.size());
        if (auto put = transaction.replace_references(connection, kind, rows); !put) return domain::fail(put.error());
      }
    } else {
      for (const auto& row : rows) {
        auto known = transaction.reference(connection, kind, row.code);
        if (!known) return domain::fail(known.error());
        if (*known && same(**known, row)) continue;
        ++changed;
        // By id first: its code may have been changed.
        if (auto gone = transaction.delete_reference(connection, kind, row.id); !gone)
          return domain::fail(gone.error());
        if (auto put = transaction.put_reference(connection, row); !put) return domain::fail(put.error());
      }
      if (changed == 0 && !rows.empty()) {
        auto mended = may_have_been_mended(transaction, connection);
        if (!mended) return domain::fail(mended.error());
        if (*mended) changed = rows.size();
      }
    }
    if (kind == "journal") {
      // The division's first sales journal, for connections that choose none (exact.md 4.1: type 20).
      std::string first;
      for (const auto& row : rows) {
        auto data = json::parse(row.data);
        if (data && first.empty() && (*data)["Type"].integer() == std::optional<std::int64_t>(20)) first = row.code;
      }
      if (auto put = transaction.put_watermark(connection, "reference/default_sales_journal", first); !put)
        return domain::fail(put.error());
    }
    if (update.timestamp > 0) {
      if (auto put = transaction.put_watermark(connection, sync_mark(kind), std::to_string(update.timestamp)); !put)
        return domain::fail(put.error());
    }
    if (auto put = transaction.put_watermark(connection, loaded_mark(kind), domain::to_iso8601(started)); !put)
      return domain::fail(put.error());
    return with_new_version(transaction, connection, changed);
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<std::size_t>> ReferenceRefresh::remove_deleted() {
  auto after = co_await timestamp(kDeletedMark);
  if (!after) co_return domain::fail(after.error());
  auto deleted = co_await exact::load_deleted_references(exact_, *after);
  if (!deleted) co_return domain::fail(deleted.error().error);
  auto work = [connection = connection_,
               deleted = std::move(deleted->value)](store::Transaction& transaction) -> Result<std::size_t> {
    for (const auto& row : deleted.rows) {
      if (auto gone = transaction.delete_reference(connection, row.kind, row.id); !gone)
        return domain::fail(gone.error());
    }
    if (deleted.timestamp > 0) {
      if (auto put = transaction.put_watermark(connection, kDeletedMark, std::to_string(deleted.timestamp)); !put)
        return domain::fail(put.error());
    }
    return with_new_version(transaction, connection, deleted.rows.size());
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<std::size_t>> ReferenceRefresh::refresh_customer() {
  const std::string code = customer_code(*settings_);
  const bool by_name = settings_->customer_account.empty();
  auto known_query = [connection = connection_, code](store::Reader& reader) {
    return reader.reference(connection, "customer", code);
  };
  auto known = co_await store_.read(std::move(known_query));
  if (!known) co_return domain::fail(known.error());
  ODataQuery query = by_name ? exact::accounts_by_name(code) : exact::accounts_by_code(code);
  auto found = co_await exact_.get_all(query, CallPriority::orders);
  if (!found) {
    co_return domain::fail(found.error().error.cause, "Exact's customer accounts: " + found.error().error.message);
  }
  if (found->value.empty() && !by_name) {
    co_return domain::fail(Cause::missing_customer, "there is no account with code \"" + code +
                                                        "\" in Exact; create it or choose another customer_account");
  }
  if (found->value.empty()) {
    // One account for all of Walmart.com, made through the posting protocol as everything else.
    auto plan = [connection = connection_, code,
                 now = clock_.now()](store::Transaction& transaction) -> Result<std::size_t> {
      const std::string key = customer_key(code);
      auto existing = transaction.posting(connection, key);
      if (!existing) return domain::fail(existing.error());
      if (*existing) return 0;
      domain::Document document;
      document.kind = domain::PostingKind::customer_account;
      document.key = key;
      document.reference = code;
      document.description = code;
      store::PostingRow row;
      row.connection = connection;
      row.key = key;
      row.source_id = code;
      row.kind = document.kind;
      row.reference = code;
      row.document = json::write(to_json(document));
      row.priority = store::posting_priority::in_haste;
      row.created_at = now;
      auto stored = engine::store_decision(transaction, row, "posting.planned", now);
      if (!stored) return domain::fail(stored.error());
      return 1;
    };
    auto planned = co_await store_.write(std::move(plan));
    if (!planned) co_return domain::fail(planned.error());
    customer_planned_ = true;
    co_return std::size_t{0};
  }
  customer_planned_ = false;
  // A connection of the same division may have made one at the same time.
  auto own_query = [connection = connection_, code](store::Reader& reader) {
    return reader.posting(connection, customer_key(code));
  };
  auto own = co_await store_.read(std::move(own_query));
  if (!own) co_return domain::fail(own.error());
  const std::string made_id = *own ? (*own)->target_id : std::string();
  const auto chosen = exact::customer_among(found->value, code, *known ? (*known)->id : made_id);
  if (!chosen) co_return domain::fail(chosen.error());
  const Value& account = **chosen;
  store::ReferenceRow row{"customer", code, account["ID"].text_or(""), json::write(account["Name"])};
  if (*known && same(**known, row)) co_return std::size_t{0};
  auto work = [connection = connection_, row](store::Transaction& transaction) -> Result<std::size_t> {
    if (auto put = transaction.put_reference(connection, row); !put) return domain::fail(put.error());
    return with_new_version(transaction, connection, 1);
  };
  co_return co_await store_.write(std::move(work));
}

Task<Result<ReferenceRefresh::Report>> ReferenceRefresh::run(Milliseconds at_most_old) {
  Report report;
  auto settled = co_await settle_document_mode(exact_, store_, clock_, connection_);
  if (!settled) co_return domain::fail(settled.error());
  const std::string mark_of_customer = customer_mark(*settings_);
  auto look = [connection = connection_, mark_of_customer, at_most_old, now = clock_.now()](store::Reader& reader) {
    return find_due(reader, connection, mark_of_customer, at_most_old, now);
  };
  const auto due = co_await store_.read(std::move(look));
  if (!due) co_return domain::fail(due.error());
  for (const ReferenceList& list : due->lists) {
    auto changed = co_await refresh(list.kind);
    if (changed) {
      report.changed += *changed;
      continue;
    }
    const Cause cause = changed.error().cause;
    // An endpoint that rests for its refusals says nothing of the others.
    const bool is_outage = domain::is_transient(cause) && cause != Cause::rate_limited;
    if (list.required || is_outage || cause == Cause::authentication_failed) {
      co_return domain::fail(changed.error());
    }
    report.problems.push_back(changed.error().message);
    if (cause != Cause::permission_denied) continue;
    auto note = [connection = connection_, name = refused_mark(list.kind),
                 now = clock_.now()](store::Transaction& transaction) {
      return transaction.put_watermark(connection, name, domain::to_iso8601(now));
    };
    auto noted = co_await store_.write(std::move(note));
    if (!noted) co_return domain::fail(noted.error());
  }
  if (!due->lists.empty()) {
    auto removed = co_await remove_deleted();
    if (removed) {
      report.changed += *removed;
    } else {
      report.problems.push_back(removed.error().message);
    }
  }
  if (due->customer) {
    auto changed = co_await refresh_customer();
    if (!changed) co_return domain::fail(changed.error());
    report.changed += *changed;
    report.customer_planned = customer_planned_;
    if (!customer_planned_) {
      auto work = [connection = connection_, mark_of_customer,
                   now = clock_.now()](store::Transaction& transaction) -> Result<void> {
        return transaction.put_watermark(connection, mark_of_customer, domain::to_iso8601(now));
      };
      auto marked = co_await store_.write(std::move(work));
      if (!marked) co_return domain::fail(marked.error());
    }
  }
  co_return report;
}

Result<void> forget_refused_lists(store::Transaction& transaction, store::ConnectionId connection) {
  for (const ReferenceList& list : kLists) {
    const std::string name = refused_mark(list.kind);
    auto refused = transaction.watermark(connection, name);
    if (!refused) return domain::fail(refused.error());
    if (!*refused) continue;
    if (auto put = transaction.put_watermark(connection, name, ""); !put) return put;
  }
  return {};
}

}  // namespace connector::flows
