#include "server/work_list.h"

#include <algorithm>
#include <map>

#include "json/value.h"

namespace connector::server {

using domain::Cause;
using domain::MappingRow;
using domain::Result;
using store::PostingRow;
using store::PostingState;

namespace {

constexpr std::size_t kSamples = 5;
constexpr std::size_t kKeys = 1000;

/// The part of a mapping row that mends a cause.
struct Mendable {
  Cause cause;
  const char* column;  ///< of the mapping, and of a line of a stored document
  const char* kind;    ///< of Exact's reference data
  std::string MappingRow::*row_member;
};

const Mendable* mendable(Cause cause) {
  static const Mendable all[] = {{Cause::missing_item, "exact_item", "item", &MappingRow::exact_item},
                                 {Cause::mapping_error, "exact_item", "item", &MappingRow::exact_item},
                                 {Cause::missing_gl_account, "gl_account", "gl_account", &MappingRow::gl_account},
                                 {Cause::missing_cost_center, "cost_center", "cost_center", &MappingRow::cost_center},
                                 {Cause::missing_vat_code, "vat_code", "vat_code", &MappingRow::vat_code},
                                 {Cause::missing_warehouse, "warehouse", "warehouse", &MappingRow::warehouse}};
  const auto found =
      std::find_if(std::begin(all), std::end(all), [cause](const Mendable& m) { return m.cause == cause; });
  return found == std::end(all) ? nullptr : found;
}

bool applies(const MappingRow& row, const std::string& sku) {
  if (row.sku == sku) return true;
  if (row.sku.size() < 2 || row.sku.back() != '*') return false;
  return sku.starts_with(std::string_view(row.sku).substr(0, row.sku.size() - 1));
}

/// The row that gives a SKU its code, so that mending it mends all that share it; the SKU itself when none does. An
/// item is never shared.
std::string row_giving(const domain::Mapping& mapping, const std::string& sku, const Mendable& part) {
  if (part.kind == std::string_view("item")) return sku;
  const MappingRow* best = nullptr;
  for (const MappingRow& row : mapping.rows()) {
    if ((row.*part.row_member).empty()) continue;
    const bool fits = row.sku == "*" || applies(row, sku);
    const auto rank = [&sku](const MappingRow& r) { return r.sku == sku ? 100'000 : r.sku == "*" ? 0 : r.sku.size(); };
    if (fits && (best == nullptr || rank(row) > rank(*best))) best = &row;
  }
  return best == nullptr ? sku : best->sku;
}

/// Remembers which codes Exact has and lets be used.
class UsableCodes {
 public:
  UsableCodes(store::Reader& reader, store::ConnectionId connection) : reader_(reader), connection_(connection) {}
  Result<bool> usable(const char* kind, const std::string& code) {
    const auto key = std::string(kind) + "/" + code;
    if (const auto known = known_.find(key); known != known_.end()) return known->second;
    auto row = reader_.reference(connection_, kind, code);
    if (!row) return domain::fail(row.error());
    bool usable = row->has_value();
    if (usable) {
      auto data = json::parse((*row)->data.empty() ? "{}" : (*row)->data);
      usable =
          data && !(*data)["IsBlocked"].boolean().value_or(false) && (*data)["IsSalesItem"].boolean().value_or(true);
    }
    known_.emplace(key, usable);
    return usable;
  }

 private:
  store::Reader& reader_;
  store::ConnectionId connection_;
  std::map<std::string, bool> known_;
};

struct Subject {
  std::string sku;
  std::string product;
  std::string code;
};

Result<std::optional<Subject>> subject_of(const PostingRow& posting, const Mendable& part, UsableCodes& codes) {
  const auto document = json::parse(posting.document.empty() ? "{}" : posting.document);
  if (!document) return std::nullopt;
  const auto subject = [&part](const json::Value& line) {
    return Subject{line["sku"].text_or(""), line["description"].text_or(""), line[part.column].text_or("")};
  };
  const json::Array& lines = (*document)["lines"].array();
  for (const json::Value& line : lines) {
    const std::string_view code = line[part.column].string();
    if (code.empty()) {
      if (posting.cause == Cause::mapping_error) return subject(line);
      continue;
    }
    auto usable = codes.usable(part.kind, std::string(code));
    if (!usable) return domain::fail(usable.error());
    if (!*usable) return subject(line);
  }
  // The code is there and still does not do, or one is demanded where none is given.
  if (lines.empty() || posting.cause == Cause::mapping_error) return std::nullopt;
  return subject(lines.front());
}

struct Group {
  Cause cause{};
  std::string message;
  json::Value mend;
  std::int64_t count = 0;
  std::map<std::string, domain::Decimal> totals;
  json::Value keys{json::Array{}};
  json::Value samples{json::Array{}};
  domain::UtcTime newest{};
};

json::Value mend_json(const Mendable& part, const Subject& subject, const std::string& row_sku) {
  json::Value mend;
  mend.set("column", part.column);
  mend.set("kind", part.kind);
  mend.set("row", row_sku);
  mend.set("sku", subject.sku);
  mend.set("product", subject.product);
  mend.set("code", subject.code);
  return mend;
}

json::Value group_json(const Group& group) {
  json::Value totals{json::Object{}};
  for (const auto& [currency, total] : group.totals) {
    if (!currency.empty()) totals.set(currency, total);
  }
  json::Value value;
  value.set("cause", domain::to_string(group.cause));
  value.set("advice", domain::advice(group.cause));
  value.set("message", group.message);
  value.set("count", group.count);
  value.set("totals", std::move(totals));
  value.set("newest", domain::to_iso8601(group.newest));
  value.set("mend", group.mend);
  value.set("keys", group.keys);
  value.set("samples", group.samples);
  return value;
}

void add_to(Group& group, const PostingRow& posting) {
  ++group.count;
  group.totals[posting.currency] += posting.total;
  group.newest = std::max(group.newest, posting.updated_at);
  if (group.keys.size() < kKeys) group.keys.push_back(posting.key);
  if (group.samples.size() >= kSamples) return;
  json::Value sample;
  sample.set("key", posting.key);
  sample.set("source", posting.source_id);
  sample.set("state", store::to_string(posting.state));
  sample.set("total", posting.total);
  sample.set("currency", posting.currency);
  sample.set("message", posting.cause_detail);
  sample.set("attempt", posting.attempt);
  group.samples.push_back(std::move(sample));
}

}  // namespace

Result<json::Value> work_list(store::Reader& reader, store::ConnectionId connection, std::size_t limit) {
  auto mapping = reader.mapping(connection);
  if (!mapping) return domain::fail(mapping.error());
  UsableCodes codes(reader, connection);
  std::vector<PostingRow> failures;
  for (const PostingState state : {PostingState::held, PostingState::retry}) {
    store::PostingFilter filter;
    filter.connection = connection;
    filter.state = state;
    filter.limit = limit;
    auto rows = reader.postings(filter);
    if (!rows) return domain::fail(rows.error());
    for (PostingRow& row : *rows) {
      if (row.cause) failures.push_back(std::move(row));
    }
  }
  std::map<std::string, Group> groups;
  std::map<std::pair<const Mendable*, std::string>, std::string> giving;
  for (const PostingRow& posting : failures) {
    const Mendable* part = posting.state == PostingState::held ? mendable(*posting.cause) : nullptr;
    std::optional<Subject> subject;
    if (part != nullptr) {
      auto found = subject_of(posting, *part, codes);
      if (!found) return domain::fail(found.error());
      subject = *std::move(found);
    }
    std::string row_sku;
    if (subject) {
      const auto [known, added] = giving.try_emplace({part, subject->sku});
      if (added) known->second = row_giving(*mapping, subject->sku, *part);
      row_sku = known->second;
    }
    const std::string what = subject ? "sku " + row_sku + " " + subject->code : posting.cause_detail;
    Group& group = groups[std::string(domain::to_string(*posting.cause)) + "\n" + what];
    if (group.count == 0) {
      group.cause = *posting.cause;
      group.message = posting.cause_detail;
      if (subject) group.mend = mend_json(*part, *subject, row_sku);
    }
    add_to(group, posting);
  }
  std::vector<const Group*> sorted;
  for (const auto& [key, group] : groups) sorted.push_back(&group);
  std::stable_sort(sorted.begin(), sorted.end(), [](const Group* a, const Group* b) { return a->count > b->count; });
  json::Value list{json::Array{}};
  for (const Group* group : sorted) list.push_back(group_json(*group));
  json::Value value;
  value.set("groups", std::move(list));
  value.set("looked_at", failures.size());
  return value;
}

}  // namespace connector::server
