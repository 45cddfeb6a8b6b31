#include "flows/mapping_change.h"

#include <fmt/format.h>

#include <algorithm>

#include "domain/letter_case.h"
#include "flows/mapping_csv.h"

namespace connector::flows {

using domain::Mapping;
using domain::MappingRow;

namespace {

/// A file made of entries that remembers whose each of its lines is.
class EntryFile {
 public:
  explicit EntryFile(const std::vector<std::string>& columns) : text_(csv::write_row(columns)) {}
  /// The cells of one line, its entry's name first.
  void add(const std::vector<std::string>& cells) {
    text_ += csv::write_row(cells);
    names_.push_back(cells.front());
  }
  const std::string& text() const { return text_; }
  /// Faults as a grid shows them, where no line has a number.
  std::vector<csv::BadRow> by_name(std::vector<csv::BadRow> bad_rows) const {
    for (csv::BadRow& bad : bad_rows) {
      const std::size_t line = bad.row - first_line;
      if (line < names_.size() && !names_[line].empty()) bad.message = fmt::format("{}: {}", names_[line], bad.message);
      bad.row = 0;
    }
    return bad_rows;
  }

 private:
  static constexpr std::size_t first_line = 2;
  std::string text_;
  std::vector<std::string> names_;
};

bool is_same_key(const std::string& left, const std::string& right) {
  if (left == right) return true;
  return left.starts_with('@') && domain::lower_case(left) == domain::lower_case(right);
}

csv::Result<std::vector<MappingRow>> changed_rows(const std::vector<MappingRow>& before, const MappingChange& change) {
  std::vector<MappingRow> rows = before;
  for (const std::string& sku : change.removed_rows) {
    std::erase_if(rows, [&](const MappingRow& row) { return is_same_key(row.sku, sku); });
  }
  for (const MappingRow& row : change.rows) {
    const auto known =
        std::find_if(rows.begin(), rows.end(), [&](const MappingRow& old) { return is_same_key(old.sku, row.sku); });
    if (known == rows.end()) {
      rows.push_back(row);
    } else {
      *known = row;
    }
  }
  EntryFile file({"sku", "exact_item", "gl_account", "cost_center", "cost_unit", "vat_code", "warehouse"});
  for (const MappingRow& row : rows) {
    file.add({row.sku, row.exact_item, row.gl_account, row.cost_center, row.cost_unit, row.vat_code, row.warehouse});
  }
  auto parsed = parse_mapping_csv(file.text());
  if (!parsed) return tl::unexpected(file.by_name(parsed.error()));
  return parsed;
}

csv::Result<Kits> changed_kits(const Kits& before, const MappingChange& change) {
  EntryFile file({"sku", "exact_item", "quantity", "price_share"});
  std::vector<csv::BadRow> empty_kits;
  for (const MappingChange::Kit& kit : change.kits) {
    if (kit.items.empty())
      empty_kits.push_back({0, "exact_item", fmt::format("{}: a kit holds at least one Exact item", kit.sku)});
    for (const auto& item : kit.items) file.add({kit.sku, item.exact_item, item.quantity, item.price_share});
  }
  auto parsed = parse_kits_csv(file.text());
  auto bad_rows = parsed ? std::vector<csv::BadRow>() : file.by_name(parsed.error());
  bad_rows.insert(bad_rows.end(), empty_kits.begin(), empty_kits.end());
  if (!bad_rows.empty()) return tl::unexpected(std::move(bad_rows));
  Kits kits = before;
  for (const std::string& sku : change.removed_kits) kits.erase(sku);
  for (auto& [sku, components] : *parsed) kits[sku] = std::move(components);
  return kits;
}

csv::Result<Aliases> changed_aliases(const Aliases& before, const MappingChange& change) {
  Aliases kept = before;
  for (const std::string& alias : change.removed_aliases) kept.erase(alias);
  for (const auto& [alias, sku] : change.aliases) kept.erase(alias);
  EntryFile file({"alias", "sku"});
  for (const auto& [alias, sku] : kept) file.add({alias, sku});
  for (const auto& [alias, sku] : change.aliases) file.add({alias, sku});
  auto parsed = parse_aliases_csv(file.text());
  if (!parsed) return tl::unexpected(file.by_name(parsed.error()));
  return parsed;
}

template <class T>
void take_faults(const csv::Result<T>& part, std::vector<csv::BadRow>& faults) {
  if (!part) faults.insert(faults.end(), part.error().begin(), part.error().end());
}

std::vector<std::string> texts_of(const json::Value& list) {
  std::vector<std::string> texts;
  for (const json::Value& text : list.array()) texts.push_back(text.text_or(""));
  return texts;
}

/// Members that are absent are empty.
MappingRow row_from_json(const json::Value& value) {
  const auto text = [&value](std::string_view name) { return value[name].text_or(""); };
  return {text("sku"),       text("exact_item"), text("gl_account"), text("cost_center"),
          text("cost_unit"), text("vat_code"),   text("warehouse")};
}

}  // namespace

MappingChange mapping_change_from_json(const json::Value& value) {
  MappingChange change;
  for (const json::Value& row : value["rows"].array()) change.rows.push_back(row_from_json(row));
  change.removed_rows = texts_of(value["remove"]);
  for (const json::Value& kit : value["kits"].array()) {
    MappingChange::Kit made{kit["sku"].text_or(""), {}};
    for (const json::Value& item : kit["items"].array()) {
      made.items.push_back(
          {item["exact_item"].text_or(""), item["quantity"].text_or(""), item["price_share"].text_or("")});
    }
    change.kits.push_back(std::move(made));
  }
  change.removed_kits = texts_of(value["remove_kits"]);
  for (const json::Value& alias : value["aliases"].array()) {
    change.aliases.emplace_back(alias["alias"].text_or(""), alias["sku"].text_or(""));
  }
  change.removed_aliases = texts_of(value["remove_aliases"]);
  return change;
}

csv::Result<Mapping> changed_mapping(const Mapping& before, const MappingChange& change) {
  auto rows = changed_rows(before.rows(), change);
  auto kits = changed_kits(before.kits(), change);
  auto aliases = changed_aliases(before.aliases(), change);
  std::vector<csv::BadRow> faults;
  take_faults(rows, faults);
  take_faults(kits, faults);
  take_faults(aliases, faults);
  if (!faults.empty()) return tl::unexpected(std::move(faults));
  return Mapping(*std::move(rows), *std::move(kits), *std::move(aliases), before.ship_node_warehouses());
}

}  // namespace connector::flows
