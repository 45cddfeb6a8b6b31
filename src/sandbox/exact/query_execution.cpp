#include "sandbox/exact/query_execution.h"

#include <algorithm>

namespace connector::sandbox::exact {
namespace {

using Comparison = Expression::Comparison;
using Kind = Expression::Kind;
using Source = Property::Source;

/// `property comparison literal`, also written the other way round.
struct Bound {
  const Property* property = nullptr;
  Comparison comparison = Comparison::eq;
  Value value;
};

std::optional<Bound> bound_of(const Expression& node) {
  if (node.kind != Kind::comparison) return std::nullopt;
  const Expression& left = *node.operands[0];
  const Expression& right = *node.operands[1];
  if (left.kind == Kind::property && right.kind == Kind::literal) {
    return Bound{left.property, node.comparison, right.literal};
  }
  if (left.kind == Kind::literal && right.kind == Kind::property) {
    Comparison turned = node.comparison;
    switch (node.comparison) {
      case Comparison::gt:
        turned = Comparison::lt;
        break;
      case Comparison::ge:
        turned = Comparison::le;
        break;
      case Comparison::lt:
        turned = Comparison::gt;
        break;
      case Comparison::le:
        turned = Comparison::ge;
        break;
      default:
        break;
    }
    return Bound{right.property, turned, left.literal};
  }
  return std::nullopt;
}

/// The bounds that every matching row fulfils.
void collect_bounds(const Expression& node, std::vector<Bound>& bounds) {
  if (node.kind == Kind::conjunction) {
    for (const auto& part : node.operands) collect_bounds(*part, bounds);
  } else if (const auto bound = bound_of(node)) {
    bounds.push_back(*bound);
  }
}

std::optional<std::vector<RowNumber>> rows_equal(const Administration& books, TableId id, const Bound& bound) {
  const Table& table = books.table(id);
  std::vector<RowNumber> rows;
  switch (bound.property->source) {
    case Source::key: {
      const RowNumber row = books.find(id, bound.value);
      if (row != no_row) rows.push_back(row);
      return rows;
    }
    case Source::parent_key: {
      const TableId parent = table_definition(id).parent;
      const RowNumber document = books.find(parent, bound.value);
      if (document == no_row) return rows;
      for (RowNumber row = books.table(parent).first_child(document); row != no_row; row = table.next_sibling(row)) {
        rows.push_back(row);
      }
      return rows;
    }
    case Source::stored:
      if (bound.value.is_null() || !table.is_indexed(bound.property->origin)) return std::nullopt;
      table.candidates(bound.property->origin, bound.value, rows);
      return rows;
    default:
      return std::nullopt;
  }
}

class Execution {
 public:
  Execution(const Administration& books, const Resource& resource, const QueryOptions& options, RowNumber within)
      : books_(books),
        resource_(resource),
        options_(options),
        table_(books.table(resource.table)),
        evaluator_(books, resource.table),
        within_(within) {
    if (options.filter) collect_bounds(*options.filter, bounds_);
    limit_ = resource.page_size();
    if (options.top) limit_ = static_cast<std::size_t>(std::min<std::uint64_t>(limit_, *options.top));
  }

  Page run() {
    Page page;
    std::vector<RowNumber> rows;
    // One row more than the page tells whether there is a next page.
    const std::size_t wanted = limit_ + 1;
    if (options_.count_all) {
      rows = all_matches();
      page.total = rows.size();
    } else if (!options_.order_by.empty() || options_.skip != 0) {
      rows = all_matches();
    } else {
      rows = resource_.kind == Resource::Kind::sync ? by_timestamp(after_timestamp(), wanted)
                                                    : by_row(after_row(), wanted);
    }
    if (options_.count_all || !options_.order_by.empty() || options_.skip != 0) {
      sort(rows);
      drop_before_token(rows);
      rows.erase(rows.begin(),
                 rows.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(rows.size(), options_.skip)));
    }
    const bool more =
        rows.size() > limit_ && limit_ == resource_.page_size() && (!options_.top || *options_.top > limit_);
    if (rows.size() > limit_) rows.resize(limit_);
    if (more) {
      page.next_token = token(rows.back());
      if (options_.top) page.next_top = *options_.top - limit_;
    }
    page.rows = std::move(rows);
    return page;
  }

 private:
  bool matches(RowNumber row) {
    if (within_ != no_row && table_.parent(row) != within_) return false;
    return !options_.filter || evaluator_.matches(*options_.filter, row);
  }

  std::vector<RowNumber> all_matches() {
    constexpr auto everything = static_cast<std::size_t>(-1);
    return resource_.kind == Resource::Kind::sync ? by_timestamp(0, everything) : by_row(std::nullopt, everything);
  }

  std::vector<RowNumber> by_timestamp(std::int64_t after, std::size_t wanted) {
    for (const Bound& bound : bounds_) {
      if (bound.property->source != Source::timestamp || bound.value.kind() != Value::Kind::integer) continue;
      if (bound.comparison == Comparison::gt) after = std::max(after, bound.value.as_integer());
      if (bound.comparison == Comparison::ge) after = std::max(after, bound.value.as_integer() - 1);
    }
    std::vector<RowNumber> rows;
    table_.visit_changes(after, [&](RowNumber row) {
      if (matches(row)) rows.push_back(row);
      return rows.size() < wanted;
    });
    return rows;
  }

  std::vector<RowNumber> by_row(std::optional<RowNumber> after, std::size_t wanted) {
    std::vector<RowNumber> rows;
    if (auto narrowed = candidates()) {
      std::sort(narrowed->begin(), narrowed->end());
      narrowed->erase(std::unique(narrowed->begin(), narrowed->end()), narrowed->end());
      for (const RowNumber row : *narrowed) {
        if (rows.size() >= wanted) break;
        if ((!after || row > *after) && table_.is_live(row) && matches(row)) rows.push_back(row);
      }
      return rows;
    }
    for (RowNumber row = after ? *after + 1 : 0; row < table_.size() && rows.size() < wanted; ++row) {
      if (table_.is_live(row) && matches(row)) rows.push_back(row);
    }
    return rows;
  }

  std::optional<std::vector<RowNumber>> candidates() {
    if (within_ != no_row) {
      std::vector<RowNumber> rows;
      const Table& documents = books_.table(table_definition(resource_.table).parent);
      for (RowNumber row = documents.first_child(within_); row != no_row; row = table_.next_sibling(row)) {
        rows.push_back(row);
      }
      return rows;
    }
    if (!options_.filter) return std::nullopt;
    if (auto rows = narrow(books_, resource_, *options_.filter)) return rows;
    return changed_since();
  }

  /// `Modified ge X` and `Created ge X` need only the latest changes.
  std::optional<std::vector<RowNumber>> changed_since() {
    for (const Bound& bound : bounds_) {
      const Source source = bound.property->source;
      if (source != Source::modified && source != Source::created) continue;
      if (bound.value.kind() != Value::Kind::instant) continue;
      if (bound.comparison == Comparison::lt || bound.comparison == Comparison::le ||
          bound.comparison == Comparison::ne) {
        continue;
      }
      // Local time differs by two hours at most: look that much further back.
      const domain::UtcTime from = bound.value.as_instant() - std::chrono::hours{3};
      std::vector<RowNumber> rows;
      table_.visit_changes_backwards([&](RowNumber row) {
        if (table_.modified(row) < from) return false;
        rows.push_back(row);
        return true;
      });
      return rows;
    }
    return std::nullopt;
  }

  std::int64_t after_timestamp() const {
    return options_.skip_token.empty() ? 0 : options_.skip_token.back().as_integer();
  }

  std::optional<RowNumber> after_row() const {
    if (options_.skip_token.empty()) return std::nullopt;
    return row_of_key(options_.skip_token.back());
  }

  std::optional<RowNumber> row_of_key(const Value& key) const {
    const Reference reference = key.as_reference();
    if (reference.table == resource_.table) return reference.row;
    const PropertyIndex property = *table_.type().key();
    for (RowNumber row = 0; row < table_.size(); ++row) {
      if (compare(table_.get(row, property), key, books_, false) == 0) return row;
    }
    return std::nullopt;
  }

  int order(RowNumber left, RowNumber right) const {
    for (const Ordering& ordering : options_.order_by) {
      const int result = compare(books_.read(resource_.table, left, *ordering.property),
                                 books_.read(resource_.table, right, *ordering.property), books_, true);
      if (result != 0) return ordering.descending ? -result : result;
    }
    if (resource_.kind == Resource::Kind::sync) return table_.timestamp(left) < table_.timestamp(right) ? -1 : 1;
    return left < right ? -1 : left > right ? 1 : 0;
  }

  void sort(std::vector<RowNumber>& rows) const {
    if (options_.order_by.empty()) return;
    std::sort(rows.begin(), rows.end(), [this](RowNumber left, RowNumber right) { return order(left, right) < 0; });
  }

  bool is_after_token(RowNumber row) const {
    for (std::size_t i = 0; i < options_.order_by.size(); ++i) {
      const Ordering& ordering = options_.order_by[i];
      const int result =
          compare(books_.read(resource_.table, row, *ordering.property), options_.skip_token[i], books_, true);
      if (result != 0) return ordering.descending ? result < 0 : result > 0;
    }
    const Value& key = options_.skip_token.back();
    if (resource_.kind == Resource::Kind::sync) return table_.timestamp(row) > key.as_integer();
    const auto last = row_of_key(key);
    return !last || row > *last;
  }

  void drop_before_token(std::vector<RowNumber>& rows) const {
    if (options_.skip_token.empty()) return;
    std::erase_if(rows, [this](RowNumber row) { return !is_after_token(row); });
  }

  std::string token(RowNumber last) const {
    std::string text;
    for (const Ordering& ordering : options_.order_by) {
      text += literal(books_.read(resource_.table, last, *ordering.property), books_) + ",";
    }
    if (resource_.kind == Resource::Kind::sync) return text + std::to_string(table_.timestamp(last)) + "L";
    const Property& key = table_.type().properties()[*table_.type().key()];
    return text + literal(books_.read(resource_.table, last, key), books_);
  }

  const Administration& books_;
  const Resource& resource_;
  const QueryOptions& options_;
  const Table& table_;
  FilterEvaluator evaluator_;
  RowNumber within_;
  std::vector<Bound> bounds_;
  std::size_t limit_ = 0;
};

}  // namespace

std::optional<std::vector<RowNumber>> narrow(const Administration& books, const Resource& resource,
                                             const Expression& expression) {
  switch (expression.kind) {
    case Kind::comparison: {
      const auto bound = bound_of(expression);
      if (!bound || bound->comparison != Comparison::eq) return std::nullopt;
      return rows_equal(books, resource.table, *bound);
    }
    case Kind::conjunction: {
      std::optional<std::vector<RowNumber>> best;
      for (const auto& part : expression.operands) {
        auto rows = narrow(books, resource, *part);
        if (rows && (!best || rows->size() < best->size())) best = std::move(rows);
      }
      return best;
    }
    case Kind::disjunction: {
      std::vector<RowNumber> all;
      for (const auto& part : expression.operands) {
        const auto rows = narrow(books, resource, *part);
        if (!rows) return std::nullopt;
        all.insert(all.end(), rows->begin(), rows->end());
      }
      return all;
    }
    default:
      return std::nullopt;
  }
}

Page execute(const Administration& books, const Resource& resource, const QueryOptions& options, RowNumber within) {
  return Execution(books, resource, options, within).run();
}

}  // namespace connector::sandbox::exact
