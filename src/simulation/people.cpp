#include "simulation/people.h"

#include <fmt/format.h>

#include "engine/retry_requested.h"
#include "flows/exact_sign_in.h"
#include "flows/posting_decisions.h"
#include "flows/settings_json.h"
#include "sandbox/exact/edits.h"
#include "simulation/exact_documents.h"
#include "simulation/wire_oracles.h"

namespace connector::simulation {

using domain::Result;
using sandbox::exact::RowNumber;
using sandbox::exact::TableId;
using store::PostingRow;
using store::PostingState;

namespace {

constexpr domain::Milliseconds kHour = std::chrono::hours(1);
constexpr domain::Milliseconds kTimeToClose = 24 * 7 * kHour;

store::AuditRecord record_of(domain::UtcTime at, std::string action, const json::Value& detail) {
  store::AuditRecord record;
  record.at = at;
  record.connection = 1;
  record.actor = "cli:person";
  record.action = std::move(action);
  record.detail = json::write(detail);
  return record;
}

}  // namespace

People::People(SimulatedLoop& loop, SeededRandom random, SimulatedProcess& desk, sandbox::exact::Administration& exact,
               Trace& trace)
    : loop_(loop), random_(random), desk_(desk), exact_(exact), trace_(trace) {}

Result<void> People::set_up(const domain::ConnectionSettings& settings, ShopMapping mapping, const json::Value& remotes,
                            std::map<std::string, std::string> ship_nodes, sandbox::Service& exact) {
  mapping_ = mapping;
  ship_nodes_ = std::move(ship_nodes);
  auto& environment = desk_.environment();
  store::ConnectionRow row;
  row.name = "shop";
  row.market = "us";
  row.division = exact_.code();
  row.settings = json::write(flows::to_json(settings));
  row.created_at = loop_.now();
  auto add = [row, mapping = mapping_of(mapping_, {}, ship_nodes_)](
                 store::Transaction& transaction) -> Result<store::ConnectionId> {
    auto id = transaction.add_connection(row);
    if (!id) return id;
    if (auto put = transaction.replace_mapping(*id, mapping); !put) return domain::fail(put.error());
    return id;
  };
  auto id = SimulatedProcess::at_once(environment.store.write(std::move(add)));
  if (!id) return domain::fail(id.error());
  for (const auto& [system, name] :
       {std::pair{"walmart", flows::kWalmartCredentials}, std::pair{"exact", flows::kExactCredentials}}) {
    auto put = SimulatedProcess::at_once(environment.secrets.put(*id, std::string(name), json::write(remotes[system])));
    if (!put) return put;
  }
  return sign_in(exact);
}

Result<void> People::sign_in(sandbox::Service& exact) {
  auto& environment = desk_.environment();
  auto row = SimulatedProcess::at_once(
      environment.store.read([](store::Reader& reader) { return reader.connection("shop"); }));
  if (!row) return domain::fail(row.error());
  auto address = SimulatedProcess::at_once(flows::begin_exact_sign_in(environment, **row));
  if (!address) return domain::fail(address.error());
  ports::ServerRequest request;
  request.method = "GET";
  request.target = address->substr(environment.exact.base_url.size());
  const auto answer = exact.handle(request, loop_.now());
  const std::string location(ports::find_header(answer.headers, "Location").value_or(""));
  std::string code;
  for (const auto& [name, value] :
       ports::parse_query(std::string_view(location).substr(std::min(location.size(), location.find('?') + 1)))) {
    if (name == "code") code = value;
  }
  auto exchange = flows::exchange_exact_code(environment, **row, code, "cli:person");
  exchange.start();
  // The desk's own requests take simulated time.
  const auto patience = loop_.now() + kHour;
  while (!exchange.done() && loop_.now() < patience && loop_.step()) {
  }
  if (!exchange.done()) return domain::fail(domain::Cause::api_outage, "signing in took too long");
  const auto done = exchange.take();
  if (!done) return domain::fail(done.error());
  return {};
}

void People::sign_in_if_needed(sandbox::Service& exact) {
  const auto signed_in = sign_in(exact);
  trace_.line(loop_.now(), signed_in ? "a person signs in to Exact again"
                                     : "a person cannot sign in to Exact: " + signed_in.error().message);
}

void People::in_exact(const std::string& action, const json::Value& arguments) {
  json::Value request = arguments;
  request.set("action", action);
  const auto done = sandbox::exact::edit(exact_, request, loop_.now());
  trace_.line(loop_.now(), fmt::format("a person in Exact: {}{}", json::write(request),
                                       done ? "" : ", which fails: " + done.error().message));
}

void People::undo_later(std::function<void()> undo) {
  const std::size_t index = to_undo_.size();
  to_undo_.push_back(std::move(undo));
  loop_.call_after(kHour / 2 + domain::Milliseconds{static_cast<std::int64_t>(
                                   random_.below(static_cast<std::uint64_t>(6 * kHour.count())))},
                   [this, index] {
                     if (auto action = std::exchange(to_undo_[index], nullptr)) action();
                   });
}

void People::hinder(domain::Cause cause, std::function<void()> undo) {
  const std::size_t index = hindrances_.size();
  hindrances_.push_back({cause, loop_.now(), std::nullopt});
  undo_later([this, index, undo = std::move(undo)] {
    undo();
    hindrances_[index].until = loop_.now();
  });
}

void People::mend_all() {
  for (auto& undo : to_undo_) {
    if (auto action = std::exchange(undo, nullptr)) action();
  }
}

Result<void> People::put_mapping(const MappingMistakes& mistakes, const char* action) {
  auto work = [mapping = mapping_of(mapping_, mistakes, ship_nodes_), action,
               now = loop_.now()](store::Transaction& transaction) -> Result<void> {
    if (auto put = transaction.replace_mapping(1, mapping); !put) return put;
    json::Value detail{json::Object{}};
    detail.set("change", action);
    return transaction.append_audit(record_of(now, "mapping.import", detail));
  };
  auto done = SimulatedProcess::at_once(desk_.environment().store.write(std::move(work)));
  trace_.line(loop_.now(), fmt::format("a person edits the mapping: {}", done ? action : done.error().message));
  return done;
}

void People::edit_mapping() {
  MappingMistakes mistakes = mistakes_;
  mistakes.without_item = fmt::format("WM-{:04}", 1 + random_.below(50));
  if (!put_mapping(mistakes, "a SKU has no item")) return;
  mistakes_ = mistakes;
  hinder(domain::Cause::missing_item, [this] {
    mistakes_.without_item.clear();
    (void)put_mapping(mistakes_, "all SKUs have their items");
  });
}

void People::mistype_account() {
  if (!mistakes_.mistyped_account.empty()) return;
  MappingMistakes mistakes = mistakes_;
  mistakes.mistyped_account = fmt::format("WM-{:04}", 1 + random_.below(50));
  if (!put_mapping(mistakes, "a SKU is on another account")) return;
  mistakes_ = mistakes;
  mistyped_.push_back({mistakes.mistyped_account, loop_.now(), std::nullopt});
  undo_later([this, index = mistyped_.size() - 1] {
    mistakes_.mistyped_account.clear();
    if (put_mapping(mistakes_, "a SKU is on its account again")) mistyped_[index].until = loop_.now();
  });
}

void People::do_again_after_restoring() {
  restored_at_ = loop_.now();
  (void)put_mapping(mistakes_, "the mapping is imported again");
}

void People::block_item() {
  json::Value item{json::Object{}};
  item.set("code", fmt::format("WM-{:04}", 1 + random_.below(50)));
  in_exact("block_item", item);
  hinder(domain::Cause::missing_item, [this, item] { in_exact("unblock_item", item); });
}

void People::block_account() {
  json::Value account{json::Object{}};
  account.set("code", "8000");
  in_exact("block_gl_account", account);
  hinder(domain::Cause::missing_gl_account, [this, account] { in_exact("unblock_gl_account", account); });
}

void People::close_period() {
  // In the first week of a month it is the last one that is done.
  const auto period = exact_.period_of(loop_.now() - kTimeToClose);
  if (!period) return;
  json::Value month{json::Object{}};
  month.set("year", period->first);
  month.set("period", period->second);
  in_exact("close_period", month);
  closed_months_.insert(fmt::format("{}-{:02}", period->first, period->second));
  hinder(domain::Cause::closed_period, [this, month] { in_exact("open_period", month); });
}

std::string People::some_invoice() {
  const auto& invoices = exact_.table(TableId::sales_invoices);
  if (invoices.size() == 0) return {};
  const auto row = static_cast<RowNumber>(random_.below(invoices.size()));
  if (!invoices.is_live(row)) return {};
  return to_string(exact_.guid({TableId::sales_invoices, row}));
}

void People::set_list_price(const std::string& item, domain::Decimal price) {
  json::Value row{json::Object{}};
  row.set("code", item);
  row.set("price", price);
  row.set("currency", "USD");
  in_exact("set_price", row);
}

void People::edit_document() {
  json::Value invoice{json::Object{}};
  invoice.set("id", some_invoice());
  if (invoice["id"].string().empty()) return;
  if (random_.chance(500'000)) {
    in_exact("print_invoice", invoice);
    printed_invoices_.insert(std::string(invoice["id"].string()));
  } else {
    invoice.set("description", "Reworded by a person");
    in_exact("change_invoice", invoice);
  }
}

std::string People::delete_document() {
  const auto& invoices = exact_.table(TableId::sales_invoices);
  std::string id = some_invoice();
  if (id.empty()) return {};
  const auto guid = sandbox::exact::parse_guid(id);
  const RowNumber row = exact_.find(TableId::sales_invoices, sandbox::exact::Value::guid(*guid));
  edited_orders_.insert(subject_of(text_of(invoices.get(row, "YourRef"))));
  for (const auto& [number, amount] : listed_orders(invoices.get(row, "Remarks").as_text())) {
    edited_orders_.insert(number);
  }
  json::Value invoice{json::Object{}};
  invoice.set("id", id);
  in_exact("delete_invoice", invoice);
  return id;
}

/// Whether Exact holds it otherwise than planned, or it follows one that was skipped for that.
bool People::is_for_hands(const PostingRow& row) const {
  if (!row.cause) return false;
  switch (*row.cause) {
    case domain::Cause::amount_difference:
    case domain::Cause::changed_by_person:
      return true;
    case domain::Cause::confirmation_needed:
      return row.kind != domain::PostingKind::stock_count;
    case domain::Cause::waiting_for_dependency:
      return taken_over_.contains(subject_of(row.key)) || taken_over_.contains(row.depends_on);
    default:
      return false;
  }
}

Result<void> People::skip(const PostingRow& row) {
  trace_.line(loop_.now(), fmt::format("a person skips {} ({})", row.key, row.cause_detail));
  taken_over_.insert(subject_of(row.key));
  taken_over_.insert(row.reference);
  if (const auto body = json::parse(row.body)) {
    for (const auto& [number, amount] : listed_orders((*body)["Remarks"].text_or(""))) taken_over_.insert(number);
  }
  const auto& invoices = exact_.table(TableId::sales_invoices);
  for (RowNumber each = 0; each < invoices.size(); ++each) {
    const std::string reference = text_of(invoices.get(each, "YourRef"));
    if (row.reference.empty() || !reference.starts_with(row.reference)) continue;
    taken_over_.insert(reference);
    for (const auto& [number, amount] : listed_orders(text_of(invoices.get(each, "Remarks")))) {
      taken_over_.insert(number);
    }
  }
  auto record = record_of(loop_.now(), "posting.skipped", json::Value{json::Object{}});
  auto work = [row, record](store::Transaction& transaction) -> Result<void> {
    auto done = flows::skip_posting(transaction, row, "Exact holds it otherwise", record);
    if (!done) return domain::fail(done.error());
    return {};
  };
  return SimulatedProcess::at_once(desk_.environment().store.write(std::move(work)));
}

void People::retry_held() {
  auto query = [](store::Reader& reader) {
    store::PostingFilter filter;
    filter.connection = 1;
    filter.state = PostingState::held;
    filter.limit = 100'000;
    return reader.postings(filter);
  };
  auto rows = SimulatedProcess::at_once(desk_.environment().store.read(std::move(query)));
  if (!rows) return;
  std::size_t retried = 0;
  for (PostingRow& row : *rows) {
    if (restored_at_ && is_for_hands(row)) {
      (void)skip(row);
      continue;
    }
    if (row.cause && !needs_person(*row.cause)) continue;
    trace_.line(loop_.now(), fmt::format("a person retries {}, held for {} ({})", row.key,
                                         row.cause ? domain::to_string(*row.cause) : "nothing", row.cause_detail));
    auto record = record_of(loop_.now(), engine::kRetryRequested, json::Value{json::Object{}});
    auto work = [row, record](store::Transaction& transaction) {
      return flows::retry_posting(transaction, row, record);
    };
    if (SimulatedProcess::at_once(desk_.environment().store.write(std::move(work)))) ++retried;
  }
  trace_.line(loop_.now(), fmt::format("a person has {} held postings tried again", retried));
}

}  // namespace connector::simulation
