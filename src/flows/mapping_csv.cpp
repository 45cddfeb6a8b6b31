#include "flows/mapping_csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace connector::flows {
namespace {

using domain::Decimal;
using domain::KitComponent;
using domain::MappingRow;

const std::vector<std::string> mapping_codes{"exact_item", "gl_account", "cost_center",
                                             "cost_unit",  "vat_code",   "warehouse"};

std::string trimmed(std::string text) {
  constexpr std::string_view blanks = " \t";
  text.erase(0, std::min(text.find_first_not_of(blanks), text.size()));
  text.erase(text.find_last_not_of(blanks) + 1);
  return text;
}

/// A name that must be there, without blanks at its ends, as it has to equal Walmart's. False if refused.
bool check_name(const csv::Record& record, std::size_t cell, const std::string& column,
                std::vector<csv::BadRow>& bad_rows) {
  const std::string& name = record.cells[cell];
  if (trimmed(name).empty()) {
    bad_rows.push_back({record.row, column, fmt::format("{} is empty: fill it in or remove the row", column)});
    return false;
  }
  if (trimmed(name) != name) {
    bad_rows.push_back({record.row, column, fmt::format("\"{}\" has blanks at its start or end: remove them", name)});
    return false;
  }
  return true;
}

/// Remembers where a name occurred first; false if it did before.
class FirstRows {
 public:
  bool add(const csv::Record& record, const std::string& name, const std::string& column,
           std::vector<csv::BadRow>& bad_rows) {
    const auto [first, is_new] = rows_.emplace(name, record.row);
    if (!is_new) {
      bad_rows.push_back(
          {record.row, column, fmt::format("\"{}\" is in row {} already: remove one of the two", name, first->second)});
    }
    return is_new;
  }

 private:
  std::map<std::string, std::size_t> rows_;
};

/// Charges are the same in any case of letters, SKUs are not.
std::string comparable(const std::string& sku) {
  return sku.starts_with('@') ? domain::charge_mapping_key(std::string_view(sku).substr(1)) : sku;
}

template <class T>
csv::Result<T> result_of(T value, std::vector<csv::BadRow> bad_rows) {
  if (bad_rows.empty()) return value;
  std::stable_sort(bad_rows.begin(), bad_rows.end(),
                   [](const csv::BadRow& a, const csv::BadRow& b) { return a.row < b.row; });
  return tl::unexpected<std::vector<csv::BadRow>>(std::move(bad_rows));
}

/// A file of two columns, both needed, the first unique.
csv::Result<std::map<std::string, std::string>> parse_pairs(std::string_view text, const std::string& first,
                                                            const std::string& second) {
  csv::File file = csv::read_file(text, {first, second});
  std::map<std::string, std::string> pairs;
  FirstRows rows;
  for (const csv::Record& record : file.records) {
    const bool named =
        check_name(record, 0, first, file.bad_rows) && rows.add(record, record.cells[0], first, file.bad_rows);
    const bool given = check_name(record, 1, second, file.bad_rows);
    if (named && given) pairs.emplace(record.cells[0], record.cells[1]);
  }
  return result_of(std::move(pairs), std::move(file.bad_rows));
}

std::string write_pairs(const std::string& first, const std::string& second,
                        const std::map<std::string, std::string>& pairs) {
  std::string text = csv::write_row({first, second});
  for (const auto& [name, value] : pairs) text += csv::write_row({name, value});
  return text;
}

Decimal number_in(const csv::Record& record, std::size_t cell, const std::string& column, bool zero_allowed,
                  std::vector<csv::BadRow>& bad_rows) {
  const auto number = Decimal::parse(trimmed(record.cells[cell]));
  if (number && (*number > Decimal() || (zero_allowed && number->is_zero()))) return *number;
  bad_rows.push_back({record.row, column,
                      fmt::format("\"{}\" is no number {}: write it like 2 or 0.5", record.cells[cell],
                                  zero_allowed ? "of zero or more" : "above zero")});
  return Decimal();
}

}  // namespace

csv::Result<std::vector<MappingRow>> parse_mapping_csv(std::string_view text) {
  csv::File file = csv::read_file(text, {"sku"}, mapping_codes);
  std::vector<MappingRow> rows;
  FirstRows first_rows;
  for (csv::Record& record : file.records) {
    if (!check_name(record, 0, "sku", file.bad_rows)) continue;
    const std::string& sku = record.cells[0];
    if (sku == "@") {
      file.bad_rows.push_back({record.row, "sku", "\"@\" names no charge: write @shipping, @tax, @discount, @fee ..."});
      continue;
    }
    if (!first_rows.add(record, comparable(sku), "sku", file.bad_rows)) continue;
    for (std::size_t cell = 1; cell < record.cells.size(); ++cell) record.cells[cell] = trimmed(record.cells[cell]);
    rows.push_back(
        {sku, record.cells[1], record.cells[2], record.cells[3], record.cells[4], record.cells[5], record.cells[6]});
  }
  return result_of(std::move(rows), std::move(file.bad_rows));
}

std::string write_mapping_csv(const std::vector<MappingRow>& rows) {
  std::string text =
      csv::write_row({"sku", "exact_item", "gl_account", "cost_center", "cost_unit", "vat_code", "warehouse"});
  for (const MappingRow& row : rows) {
    text += csv::write_row(
        {row.sku, row.exact_item, row.gl_account, row.cost_center, row.cost_unit, row.vat_code, row.warehouse});
  }
  return text;
}

csv::Result<Kits> parse_kits_csv(std::string_view text) {
  csv::File file = csv::read_file(text, {"sku", "exact_item", "quantity", "price_share"});
  Kits kits;
  std::map<std::string, std::size_t> last_rows;
  std::map<std::string, FirstRows> items;
  for (const csv::Record& record : file.records) {
    if (!check_name(record, 0, "sku", file.bad_rows)) continue;
    const std::string& sku = record.cells[0];
    const std::string item = trimmed(record.cells[1]);
    if (item.empty()) {
      file.bad_rows.push_back({record.row, "exact_item", "exact_item is empty: fill it in or remove the row"});
    } else {
      items[sku].add(record, item, "exact_item", file.bad_rows);
    }
    const Decimal quantity = number_in(record, 2, "quantity", false, file.bad_rows);
    const Decimal share = number_in(record, 3, "price_share", true, file.bad_rows);
    kits[sku].push_back({item, quantity, share});
    last_rows[sku] = record.row;
  }
  for (const auto& [sku, components] : kits) {
    const bool worthless = std::all_of(components.begin(), components.end(),
                                       [](const KitComponent& component) { return component.price_share.is_zero(); });
    const std::size_t row = last_rows[sku];
    const bool refused = std::any_of(file.bad_rows.begin(), file.bad_rows.end(), [row](const csv::BadRow& bad) {
      return bad.row == row && bad.column == "price_share";
    });
    if (worthless && !refused) {
      file.bad_rows.push_back(
          {row, "price_share", fmt::format("no item of \"{}\" has a share of its price: give one", sku)});
    }
  }
  return result_of(std::move(kits), std::move(file.bad_rows));
}

std::string write_kits_csv(const Kits& kits) {
  std::string text = csv::write_row({"sku", "exact_item", "quantity", "price_share"});
  for (const auto& [sku, components] : kits) {
    for (const KitComponent& component : components) {
      text += csv::write_row(
          {sku, component.exact_item, component.quantity.to_string(), component.price_share.to_string()});
    }
  }
  return text;
}

csv::Result<Aliases> parse_aliases_csv(std::string_view text) {
  auto aliases = parse_pairs(text, "alias", "sku");
  if (!aliases) return aliases;
  std::vector<csv::BadRow> bad_rows;
  // Rows are only known while reading, and an alias to itself is rare: read them once more for the number.
  for (const csv::Record& record : csv::read_file(text, {"alias", "sku"}).records) {
    if (record.cells[0] == record.cells[1]) {
      bad_rows.push_back(
          {record.row, "alias", fmt::format("\"{}\" is an alias of itself: remove the row", record.cells[0])});
    } else if (aliases->contains(record.cells[1])) {
      bad_rows.push_back(
          {record.row, "sku", fmt::format("\"{}\" is an alias itself: name the SKU it stands for", record.cells[1])});
    }
  }
  return result_of(std::move(*aliases), std::move(bad_rows));
}

std::string write_aliases_csv(const Aliases& aliases) { return write_pairs("alias", "sku", aliases); }

csv::Result<ShipNodes> parse_ship_nodes_csv(std::string_view text) {
  return parse_pairs(text, "ship_node", "warehouse");
}

std::string write_ship_nodes_csv(const ShipNodes& ship_nodes) {
  return write_pairs("ship_node", "warehouse", ship_nodes);
}

}  // namespace connector::flows
