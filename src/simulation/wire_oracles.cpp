#include "simulation/wire_oracles.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

#include "engine/digest.h"
#include "flows/environment.h"
#include "json/value.h"
#include "simulation/exact_documents.h"
#include "simulation/trail_reader.h"

namespace connector::simulation {

namespace {

template <class T>
T at_once(ports::Task<T> task) {
  task.start();
  return task.take();
}

/// The documents that a POST makes, with the property that must be unique among the live ones and its id.
struct Creation {
  const char* resource;
  const char* reference;
  const char* id;
};
constexpr Creation kCreations[] = {{"salesinvoice/SalesInvoices", "YourRef", "InvoiceID"},
                                   {"salesorder/SalesOrders", "YourRef", "OrderID"},
                                   {"salesorder/GoodsDeliveries", "Description", "EntryID"},
                                   {"salesinvoice/InvoiceSalesOrders", "", ""},
                                   {"salesinvoice/PrintedSalesInvoices", "", ""},
                                   {"salesentry/SalesEntries", "YourRef", "EntryID"},
                                   {"generaljournalentry/GeneralJournalEntries", "GeneralJournalEntryLines", "EntryID"},
                                   {"inventory/StockCounts", "Description", "StockCountID"},
                                   {"logistics/SalesItemPrices", "", ""},
                                   {"crm/Accounts", "Name", "ID"}};

const Creation* creation_of(const Exchange& exchange) {
  if (exchange.request.method != "POST") return nullptr;
  for (const Creation& creation : kCreations) {
    if (exchange.request.target.ends_with(creation.resource)) return &creation;
  }
  return nullptr;
}

/// A journal entry has its reference in its first line.
std::string reference_in(const json::Value& value) {
  return value.is_array() ? value.at(0)["Description"].text_or("") : value.text_or("");
}

/// The id that the answer gives to what was created; nullopt if the answer is no JSON.
std::optional<std::string> made_id(const Creation& creation, const ports::HttpResponse& response) {
  const std::array<std::string_view, 2> asked{"d", creation.id};
  const auto answer = json::parse_members(response.body, asked);
  if (!answer) return std::nullopt;
  return (*answer)["d"][creation.id].text_or("");
}

std::string bearer_of(const ports::HttpHeaders& headers) {
  const auto value = ports::find_header(headers, "Authorization");
  return value && value->starts_with("Bearer ") ? std::string(value->substr(7)) : std::string();
}

std::string refresh_token_in(const std::string& body) {
  for (auto& [name, value] : ports::parse_query(body)) {
    if (name == "refresh_token") return std::move(value);
  }
  return {};
}

/// What became of a request that was meant to leave.
bool is_outcome(std::string_view action) {
  constexpr std::array<std::string_view, 8> kOutcomes{"posting.posted",   "posting.adopted", "posting.held",
                                                      "posting.not_sent", "posting.unclear", "posting.accepted",
                                                      "posting.skipped",  "posting.absent"};
  return std::find(kOutcomes.begin(), kOutcomes.end(), action) != kOutcomes.end();
}

std::string path_of(const Exchange& exchange) {
  return exchange.request.target.substr(0, exchange.request.target.find('?'));
}

}  // namespace

std::string created_resource(const Exchange& exchange) {
  const Creation* creation = creation_of(exchange);
  return creation == nullptr ? std::string() : creation->resource;
}

std::string subject_of(const std::string& text) {
  std::string order = order_number_in(text);
  return order.empty() ? text : order;
}

std::string order_number_in(std::string_view text) {
  // Walmart's purchase order numbers have thirteen digits and more; dates and amounts have fewer.
  for (std::size_t begin = 0; begin < text.size();) {
    if (text[begin] < '0' || text[begin] > '9') {
      ++begin;
      continue;
    }
    std::size_t end = begin;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    if (end - begin >= 12) return std::string(text.substr(begin, end - begin));
    begin = end;
  }
  return {};
}

void OnceOracle::arrived(const Exchange& exchange, const ports::HttpResponse& response) {
  if (exchange.remote != exact_) return;
  if (exchange.request.method == "DELETE" && response.status == 204) {
    const auto begin = exchange.request.target.find("guid'");
    if (begin != std::string::npos) live_.erase(exchange.request.target.substr(begin + 5, 36));
    return;
  }
  const Creation* creation = creation_of(exchange);
  if (creation == nullptr || response.status != 201 || *creation->reference == '\0') return;
  const std::array<std::string_view, 3> asked{creation->reference, "Type", "Description"};
  const auto sent = json::parse_members(exchange.request.body, asked);
  const auto made = made_id(*creation, response);
  if (!sent || !made) return;
  ++documents_;
  const std::string reference = reference_in((*sent)[creation->reference]);
  // An invoice and a credit note may share a reference.
  const std::string key = std::string(creation->resource) + " " + (*sent)["Type"].text_or("") + " " + reference;
  const std::string& id = *made;
  auto& earlier = by_reference_[key];
  for (const std::string& other : earlier) {
    if (!live_.contains(other)) continue;
    verdicts_.complain("once", fmt::format("a second live document of {} is made: {} beside {}", key, id, other),
                       subject_of(reference), loop_.now());
    return;
  }
  earlier.insert(id);
  live_.emplace(id, key);
}

void OnceOracle::forget_stock_counts() {
  std::erase_if(by_reference_, [](const auto& entry) { return entry.first.starts_with("inventory/StockCounts "); });
}

bool IntentOracle::read_trail() {
  const auto read = read_trail_on(*store_, last_sequence_, [this](const store::AuditRecord& record) {
    if (record.sequence != last_sequence_ + 1 || (last_sequence_ > 0 && record.previous_hash != last_hash_)) {
      verdicts_.complain("audited", fmt::format("record {} does not follow record {}", record.sequence, last_sequence_),
                         record.source_id, loop_.now());
      return false;
    }
    last_hash_ = record.hash;
    check_record(record);
    return true;
  });
  if (read) return *read;
  verdicts_.complain("audited", "the trail cannot be read: " + read.error().message, "", loop_.now());
  return false;
}

void IntentOracle::check_record(const store::AuditRecord& record) {
  const bool is_intent = record.action.starts_with("posting.sending");
  if (is_intent) {
    without_outcome_[record.posting_key] = record.at;
  } else if (is_outcome(record.action)) {
    without_outcome_.erase(record.posting_key);
  }
  if (!is_intent && record.action != "posting.posted" && record.action != "posting.adopted") return;
  const auto detail = json::parse(record.detail);
  if (!detail) return;
  const std::string digest = (*detail)["body_sha256"].text_or("");
  if (is_intent) {
    ++intents_[digest];
    meant_for_.insert(record.posting_key + ' ' + digest);
    return;
  }
  named_.insert((*detail)["target_id"].text_or(""));
  // Others may name it too, such as a change of a sales order.
  const auto made = made_by_.find((*detail)["target_id"].text_or(""));
  if (made == made_by_.end() || made->second == digest) return;
  if (!meant_for_.contains(record.posting_key + ' ' + made->second)) return;
  verdicts_.complain("audited",
                     fmt::format("{} of {} names the document {}, which another body made than the trail tells",
                                 record.action, record.posting_key, made->first),
                     record.source_id, loop_.now());
}

void IntentOracle::forget_trail() {
  was_restored_ = true;
  last_sequence_ = 0;
  last_hash_.clear();
  intents_.clear();
  sends_.clear();
  meant_for_.clear();
  named_.clear();
  without_outcome_.clear();
}

void IntentOracle::check_trail() {
  if (last_sequence_ > 0) {
    store::AuditFilter filter;
    filter.after_sequence = last_sequence_ - 1;
    filter.limit = 1;
    auto query = [filter](store::Reader& reader) { return reader.audit(filter); };
    const auto records = at_once(store_->read(std::move(query)));
    if (!records || records->empty() || records->front().hash != last_hash_) {
      verdicts_.complain("audited",
                         fmt::format("record {} of the trail, which was durable, is gone or another", last_sequence_),
                         "", loop_.now());
      return;
    }
  }
  read_trail();
}

void IntentOracle::check_chain() {
  auto query = [](store::Reader& reader) { return reader.verify_audit(); };
  const auto verdict = at_once(store_->read(std::move(query)));
  if (!verdict) {
    verdicts_.complain("audited", verdict.error().message, "", loop_.now());
  } else if (!verdict->problem.empty()) {
    verdicts_.complain("audited", verdict->problem, "", loop_.now());
  }
}

namespace {

/// Whether a restored store may not know of an invoice or credit memo (IntentOracle::check_outcomes).
bool may_be_forgotten(const sandbox::exact::Table& invoices, sandbox::exact::RowNumber row, std::string_view name) {
  const auto mark = name.rfind('-');
  const bool is_of_refund = mark + 1 < name.size() && (name[mark + 1] == 'C' || name[mark + 1] == 'R');
  return is_of_refund || invoices.get(row, "AmountFC").as_decimal().is_zero();
}

}  // namespace

void IntentOracle::check_outcomes(const sandbox::exact::Administration& books, domain::UtcTime quiet_since,
                                  const std::set<std::string>& theirs) {
  using sandbox::exact::TableId;
  for (const auto& [table, reference] :
       {std::pair{TableId::sales_invoices, "YourRef"}, std::pair{TableId::sales_orders, "YourRef"},
        std::pair{TableId::goods_deliveries, "Description"}}) {
    const auto& documents = books.table(table);
    for (sandbox::exact::RowNumber row = 0; row < documents.size(); ++row) {
      if (!documents.is_live(row) || documents.created(row) >= quiet_since) continue;
      const std::string id = to_string(books.guid({table, row}));
      const std::string name = text_of(documents.get(row, reference));
      if (named_.contains(id) || theirs.contains(order_number_in(name)) || theirs.contains(name)) continue;
      if (was_restored_ && table == TableId::sales_invoices && may_be_forgotten(documents, row, name)) continue;
      verdicts_.complain("audited", fmt::format("Exact holds {}, {}, which no record of an outcome names", name, id),
                         order_number_in(name), loop_.now());
      return;
    }
  }
  for (const auto& [key, at] : without_outcome_) {
    if (at >= quiet_since) continue;
    verdicts_.complain(
        "audited",
        fmt::format("the trail tells no outcome of what was sent for {} at {}", key, domain::to_iso8601_seconds(at)),
        subject_of(key), loop_.now());
    return;
  }
}

void IntentOracle::sent(const Exchange& exchange) {
  if (exchange.remote != exact_ || created_resource(exchange).empty()) return;
  if (!read_trail()) return;
  const std::string about = order_number_in(exchange.request.body);
  if (disk_.has_unsynced_writes()) {
    verdicts_.complain("intent before effect",
                       "a creating request leaves while the store has writes that are not synced", about, loop_.now());
    return;
  }
  const std::string digest = engine::sha256_hex(exchange.request.body);
  const int sends = ++sends_[digest];
  const auto intents = intents_.find(digest);
  if (intents == intents_.end()) {
    verdicts_.complain("intent before effect",
                       fmt::format("a POST on {} leaves, and the trail holds no intent with the digest of its body",
                                   created_resource(exchange)),
                       about, loop_.now());
  } else if (sends > intents->second) {
    verdicts_.complain("intent before effect",
                       fmt::format("POST number {} of the same body on {} leaves after {} intents", sends,
                                   created_resource(exchange), intents->second),
                       about, loop_.now());
  }
}

void IntentOracle::arrived(const Exchange& exchange, const ports::HttpResponse& response) {
  const Creation* creation = exchange.remote == exact_ ? creation_of(exchange) : nullptr;
  if (creation == nullptr || response.status != 201 || *creation->id == '\0') return;
  const auto made = made_id(*creation, response);
  if (made) made_by_.emplace(*made, engine::sha256_hex(exchange.request.body));
}

void IntentOracle::answered(const Exchange& exchange, const ports::HttpOutcome& outcome) {
  // A call whose token was refused is made again with a new one under the same intent: it had no effect.
  if (exchange.remote != exact_ || !outcome || outcome->status != 401 || created_resource(exchange).empty()) return;
  --sends_[engine::sha256_hex(exchange.request.body)];
}

void TokenOracle::sent(const Exchange& exchange) {
  if (exchange.remote != exact_) return;
  if (exchange.is_token_request) {
    const std::string token = refresh_token_in(exchange.request.body);
    if (token.empty()) return;
    if (superseded_.contains(token)) {
      verdicts_.complain("refresh token used once",
                         exchange.process + " sends a refresh token whose successor has been used", "token",
                         loop_.now());
    }
    const auto found = spending_.find(token);
    if (found != spending_.end() && loop_.now() < found->second.until) {
      verdicts_.complain("refresh token used once",
                         fmt::format("{} spends the refresh token that {} is spending in #{}", exchange.process,
                                     found->second.process, found->second.exchange),
                         "token", loop_.now());
    }
    spending_[token] = {exchange.id, exchange.process, loop_.now() + exchange.timeout};
    return;
  }
  const std::string access = bearer_of(exchange.request.headers);
  if (access.empty() || stored_.contains(access)) return;
  const auto heard = heard_.find(access);
  auto text = at_once(secrets_->get(1, std::string(flows::kExactTokens)));
  const auto pair = text && *text ? json::parse(**text) : domain::Result<json::Value>(json::Value());
  const std::string current = pair ? (*pair)["access_token"].text_or("") : std::string();
  if (current != access) {
    // A process that slept may use a token whose successor is stored already.
    if (heard != heard_.end() && loop_.now() - heard->second.at > std::chrono::seconds(60)) return;
    verdicts_.complain("refresh token used once", exchange.process + " uses an access token that is not durably stored",
                       "token", loop_.now());
    return;
  }
  stored_.insert(access);
  if (heard != heard_.end() && !heard->second.spent.empty()) superseded_.insert(heard->second.spent);
}

void TokenOracle::answered(const Exchange& exchange, const ports::HttpOutcome& outcome) {
  if (exchange.remote != exact_ || !exchange.is_token_request) return;
  spending_.erase(refresh_token_in(exchange.request.body));
  if (!outcome || outcome->status != 200) return;
  const auto answer = json::parse(outcome->body);
  if (answer) {
    heard_[(*answer)["access_token"].text_or("")] = {loop_.now(), refresh_token_in(exchange.request.body)};
  }
}

void BudgetOracle::sent(const Exchange& exchange) {
  if (exchange.is_token_request || wait_until_.empty()) return;
  for (const std::string& scope : {std::string(), path_of(exchange)}) {
    const auto found = wait_until_.find(fmt::format("{} {} {}", exchange.process, exchange.remote, scope));
    if (found == wait_until_.end()) continue;
    const Told& told = found->second;
    // What leaves in the instant of the answer was let go before it was read.
    if (told.at == loop_.now()) continue;
    if (loop_.now() + tolerance_ < told.until) {
      verdicts_.complain("budget",
                         fmt::format("{} was told to wait until {} and sends {} {}", exchange.process,
                                     domain::to_iso8601(told.until), exchange.request.method, exchange.request.target),
                         "429", loop_.now());
    }
    wait_until_.erase(found);
  }
}

void BudgetOracle::answered(const Exchange& exchange, const ports::HttpOutcome& outcome) {
  if (!outcome || outcome->status != 429 || exchange.is_token_request) return;
  domain::UtcTime until{};
  const auto number = [&outcome](const char* name) {
    const auto value = ports::find_header(outcome->headers, name);
    return value ? json::parse_integer(*value) : std::nullopt;
  };
  bool of_endpoint = false;
  if (const auto seconds = number("Retry-After")) {
    until = loop_.now() + std::chrono::seconds(*seconds);
    of_endpoint = exchange.request.target.starts_with("/v3/");
  } else if (const auto minute = number("X-RateLimit-Minutely-Reset")) {
    until = domain::from_epoch_milliseconds(*minute);
  } else if (const auto day = number("X-RateLimit-Reset")) {
    until = domain::from_epoch_milliseconds(*day);
  } else {
    return;
  }
  Told& told =
      wait_until_[fmt::format("{} {} {}", exchange.process, exchange.remote, of_endpoint ? path_of(exchange) : "")];
  told = {loop_.now(), std::max(told.until, until)};
}

}  // namespace connector::simulation
