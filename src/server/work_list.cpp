#include "server/work_list.h"

#include <algorithm>
#include <map>

#include "json/value.h"
#include "store/console_store.h"

namespace connector::server {

using domain::Cause;
using domain::MappingRow;
using domain::Result;
using store::Failure;
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

Result<std::optional<Subject>> subject_in(const std::string& text, Cause cause, const Mendable& part,
                                          UsableCodes& codes) {
  const auto document = json::parse(text.empty() ? "{}" : text);
  if (!document) return std::nullopt;
  const auto subject = [&part](const json::Value& line) {
    return Subject{line["sku"].text_or(""), line["description"].text_or(""), line[part.column].text_or("")};
  };
  const json::Array& lines = (*document)["lines"].array();
  for (const json::Value& line : lines) {
    const std::string_view code = line[part.column].string();
    if (code.empty()) {
      if (cause == Cause::mapping_error) return subject(line);
      continue;
    }
    auto usable = codes.usable(part.kind, std::string(code));
    if (!usable) return domain::fail(usable.error());
    if (!*usable) return subject(line);
  }
  // The code is there and still does not do, or one is demanded where none is given.
  if (lines.empty() || cause == Cause::mapping_error) return std::nullopt;
  return subject(lines.front());
}

/// Whether a text for a person names this, in quotes or as a word of its own.
bool names(const std::string& text, const std::string& what) {
  return text.find('"' + what + '"') != std::string::npos || text.find(' ' + what + ' ') != std::string::npos;
}

/// What a failure says, without what tells it from others of its kind: the posting's key, and the day within a period.
std::string kind_of_text(const Failure& failure) {
  std::string text = failure.cause_detail;
  if (const auto at = text.find(failure.key); at != std::string::npos) text.erase(at, failure.key.size());
  if (failure.cause != Cause::closed_period) return text;
  const auto is_day = [&text](std::size_t at) {
    constexpr std::string_view shape = "dddd-dd-dd";
    for (std::size_t i = 0; i < shape.size(); ++i) {
      const bool digit = text[at + i] >= '0' && text[at + i] <= '9';
      if (shape[i] == 'd' ? !digit : text[at + i] != '-') return false;
    }
    return true;
  };
  for (std::size_t at = 0; at + 10 <= text.size(); ++at) {
    if (is_day(at)) return text.erase(at + 7, 3);
  }
  return text;
}

/// Finds what a failure is about. Failures that say the same, naming it, are about the same: of those only one
/// document is read.
class Subjects {
 public:
  Subjects(store::Reader& reader, store::ConnectionId connection) : reader_(reader), codes_(reader, connection) {}
  Result<std::optional<Subject>> of(const Failure& failure, const Mendable& part) {
    const auto said = std::pair(failure.cause, failure.cause_detail);
    if (const auto known = known_.find(said); known != known_.end()) return known->second;
    const auto document = store::console(reader_).posting_document(failure.id);
    if (!document) return domain::fail(document.error());
    auto subject = subject_in(*document, failure.cause, part, codes_);
    if (subject && *subject && names(failure.cause_detail, (*subject)->sku)) known_.emplace(said, *subject);
    return subject;
  }

 private:
  store::Reader& reader_;
  UsableCodes codes_;
  std::map<std::pair<Cause, std::string>, std::optional<Subject>> known_;
};

struct Group {
  Cause cause{};
  bool by_itself = false;
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
  value.set("by_itself", group.by_itself);
  value.set("count", group.count);
  value.set("totals", std::move(totals));
  value.set("newest", domain::to_iso8601(group.newest));
  value.set("mend", group.mend);
  value.set("keys", group.keys);
  value.set("samples", group.samples);
  return value;
}

void add_to(Group& group, const Failure& failure) {
  ++group.count;
  group.totals[failure.currency] += failure.total;
  group.newest = std::max(group.newest, failure.updated_at);
  if (group.keys.size() < kKeys) group.keys.push_back(failure.key);
  if (group.samples.size() >= kSamples) return;
  json::Value sample;
  sample.set("key", failure.key);
  sample.set("source", failure.source_id);
  sample.set("state", store::to_string(failure.state));
  sample.set("total", failure.total);
  sample.set("currency", failure.currency);
  sample.set("message", failure.cause_detail);
  sample.set("attempt", failure.attempt);
  group.samples.push_back(std::move(sample));
}

/// Puts each failure into the group of those that the same deed would mend.
class Grouping {
 public:
  Grouping(store::Reader& reader, store::ConnectionId connection, const domain::Mapping& mapping)
      : mapping_(mapping), subjects_(reader, connection) {}
  Result<void> add(const Failure& failure) {
    const Mendable* part = failure.state == PostingState::held ? mendable(failure.cause) : nullptr;
    std::optional<Subject> subject;
    if (part != nullptr) {
      auto found = subjects_.of(failure, *part);
      if (!found) return domain::fail(found.error());
      subject = *std::move(found);
    }
    std::string row_sku;
    if (subject) {
      const auto [known, added] = giving_.try_emplace({part, subject->sku});
      if (added) known->second = row_giving(mapping_, subject->sku, *part);
      row_sku = known->second;
    }
    const bool by_itself = !store::waits_for_person(failure.state, failure.cause);
    const std::string what = subject ? "sku " + row_sku + " " + subject->code : kind_of_text(failure);
    Group& group = groups_[std::string(domain::to_string(failure.cause)) + (by_itself ? "\n\n" : "\n") + what];
    if (group.count == 0) {
      group.by_itself = by_itself;
      group.cause = failure.cause;
      group.message = failure.cause_detail;
      if (subject) group.mend = mend_json(*part, *subject, row_sku);
    }
    add_to(group, failure);
    ++failures_;
    return {};
  }
  json::Value json(std::size_t most_groups) const {
    std::vector<const Group*> sorted;
    for (const auto& [key, group] : groups_) sorted.push_back(&group);
    // What goes on by itself asks for nothing: it stands last.
    std::stable_sort(sorted.begin(), sorted.end(), [](const Group* a, const Group* b) {
      return a->by_itself != b->by_itself ? b->by_itself : a->count > b->count;
    });
    json::Value list{json::Array{}};
    for (std::size_t at = 0; at < std::min(sorted.size(), most_groups); ++at) list.push_back(group_json(*sorted[at]));
    json::Value value;
    value.set("groups", std::move(list));
    value.set("failures", failures_);
    value.set("groups_in_all", sorted.size());
    return value;
  }

 private:
  const domain::Mapping& mapping_;
  Subjects subjects_;
  std::map<std::string, Group> groups_;
  std::map<std::pair<const Mendable*, std::string>, std::string> giving_;
  std::int64_t failures_ = 0;
};

}  // namespace

Result<json::Value> work_list(store::Reader& reader, store::ConnectionId connection, std::size_t most_groups) {
  auto mapping = reader.mapping(connection);
  if (!mapping) return domain::fail(mapping.error());
  Grouping grouping(reader, connection, *mapping);
  const std::function<Result<void>(const Failure&)> add = [&grouping](const Failure& failure) {
    return grouping.add(failure);
  };
  if (auto seen = store::console(reader).visit_failures(connection, add); !seen) return domain::fail(seen.error());
  return grouping.json(most_groups);
}

}  // namespace connector::server
