#include "domain/mapping.h"

#include <algorithm>
#include <utility>

#include "domain/letter_case.h"

namespace connector::domain {
namespace {

constexpr std::string_view everything = "*";

bool is_charge(std::string_view key) { return key.starts_with('@'); }

/// How a key is compared: charges in any case of letters, SKUs as they are.
std::string comparable(std::string_view key) { return is_charge(key) ? lower_case(key) : std::string(key); }

bool is_pattern(std::string_view key) { return key.size() > 1 && key.ends_with('*'); }

void fill(std::string& member, const std::string& from) {
  if (member.empty()) member = from;
}

}  // namespace

struct Mapping::Contents {
  std::vector<MappingRow> rows;
  std::map<std::string, std::vector<KitComponent>> kits;
  std::map<std::string, std::string> aliases;
  std::map<std::string, std::string> ship_nodes;
  std::map<std::string, std::size_t, std::less<>> exact{};
  std::vector<std::size_t> patterns{};  ///< longest first
  std::optional<std::size_t> fallback{};
  bool operator==(const Contents&) const = default;

  void index();
  /// The rows that apply, most special first, without `*`.
  std::vector<const MappingRow*> matching(std::string_view key) const;
};

void Mapping::Contents::index() {
  for (std::size_t number = 0; number < rows.size(); ++number) {
    const std::string& sku = rows[number].sku;
    if (sku == everything) {
      if (!fallback) fallback = number;
    } else if (is_pattern(sku)) {
      patterns.push_back(number);
    } else {
      exact.emplace(comparable(sku), number);
    }
  }
  std::stable_sort(patterns.begin(), patterns.end(),
                   [this](std::size_t a, std::size_t b) { return rows[a].sku.size() > rows[b].sku.size(); });
}

std::vector<const MappingRow*> Mapping::Contents::matching(std::string_view key) const {
  std::vector<const MappingRow*> found;
  const std::string wanted = comparable(key);
  if (const auto own = exact.find(wanted); own != exact.end()) found.push_back(&rows[own->second]);
  for (const std::size_t number : patterns) {
    std::string_view prefix = rows[number].sku;
    prefix.remove_suffix(1);
    const bool applies = is_charge(prefix) ? wanted.starts_with(lower_case(prefix)) : wanted.starts_with(prefix);
    if (applies) found.push_back(&rows[number]);
  }
  return found;
}

Mapping::Mapping() {
  static const auto nothing = std::make_shared<const Contents>();
  contents_ = nothing;
}

Mapping::Mapping(std::vector<MappingRow> rows, std::map<std::string, std::vector<KitComponent>> kits,
                 std::map<std::string, std::string> aliases, std::map<std::string, std::string> ship_node_warehouses) {
  auto contents = std::make_shared<Contents>(
      Contents{std::move(rows), std::move(kits), std::move(aliases), std::move(ship_node_warehouses)});
  contents->index();
  contents_ = std::move(contents);
}

const std::vector<MappingRow>& Mapping::rows() const { return contents_->rows; }
const std::map<std::string, std::vector<KitComponent>>& Mapping::kits() const { return contents_->kits; }
const std::map<std::string, std::string>& Mapping::aliases() const { return contents_->aliases; }
const std::map<std::string, std::string>& Mapping::ship_node_warehouses() const { return contents_->ship_nodes; }

bool Mapping::operator==(const Mapping& other) const {
  return contents_ == other.contents_ || *contents_ == *other.contents_;
}

ResolvedMapping Mapping::resolve(std::string_view sku) const {
  const Contents& known = *contents_;
  ResolvedMapping resolved;
  const auto alias = known.aliases.find(std::string(sku));
  resolved.row.sku = alias == known.aliases.end() ? std::string(sku) : alias->second;
  if (const auto kit = known.kits.find(resolved.row.sku); kit != known.kits.end()) resolved.kit = kit->second;

  const auto fall_back_to = [&resolved](const MappingRow& row) {
    fill(resolved.row.gl_account, row.gl_account);
    fill(resolved.row.cost_center, row.cost_center);
    fill(resolved.row.cost_unit, row.cost_unit);
    fill(resolved.row.vat_code, row.vat_code);
    fill(resolved.row.warehouse, row.warehouse);
  };
  for (const MappingRow* row : known.matching(resolved.row.sku)) {
    fall_back_to(*row);
    fill(resolved.row.exact_item, row->exact_item);
  }
  if (known.fallback) {
    resolved.warehouse_by_default = resolved.row.warehouse.empty() && !known.rows[*known.fallback].warehouse.empty();
    fall_back_to(known.rows[*known.fallback]);
    if (!is_charge(resolved.row.sku)) fill(resolved.row.exact_item, known.rows[*known.fallback].exact_item);
  }
  return resolved;
}

bool Mapping::has_row_for(std::string_view sku) const {
  const auto& aliases = contents_->aliases;
  const auto alias = aliases.find(std::string(sku));
  return !contents_->matching(alias == aliases.end() ? sku : std::string_view(alias->second)).empty();
}

const MappingRow* Mapping::own_row(std::string_view sku) const {
  const auto own = contents_->exact.find(comparable(sku));
  return own == contents_->exact.end() ? nullptr : &contents_->rows[own->second];
}

std::string Mapping::warehouse_for(const ResolvedMapping& resolved, std::string_view ship_node) const {
  if (!resolved.row.warehouse.empty() && !resolved.warehouse_by_default) return resolved.row.warehouse;
  return warehouse_of(ship_node).value_or(resolved.row.warehouse);
}

std::optional<std::string> Mapping::warehouse_of(std::string_view ship_node) const {
  const auto found = contents_->ship_nodes.find(std::string(ship_node));
  if (found == contents_->ship_nodes.end()) return std::nullopt;
  return found->second;
}

std::string charge_mapping_key(std::string_view charge_type) {
  const std::string name = lower_case(charge_type);
  if (name == "product") return "";
  return "@" + (name.empty() ? "unknown" : name);
}

}  // namespace connector::domain
