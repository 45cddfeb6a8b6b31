#pragma once

#include <forward_list>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/exact/administration.h"

namespace connector::sandbox::exact {

/// One node of a parsed $filter.
struct Expression {
  enum class Kind { literal, property, negation, conjunction, disjunction, comparison, call };
  enum class Comparison { eq, ne, gt, ge, lt, le };
  enum class Function { startswith, endswith, substringof, trim, tolower, toupper, length, year, month, day };

  Kind kind = Kind::literal;
  Comparison comparison = Comparison::eq;
  Function function = Function::trim;
  Value literal;
  std::string text;  ///< owns a text literal
  const Property* property = nullptr;
  std::vector<std::unique_ptr<Expression>> operands;
};

/// A parsed $filter, or the text of the 400 answer.
struct FilterResult {
  std::unique_ptr<Expression> expression;
  std::string error;
};
/// Parses for `type`; GUID literals become references of `books`, so that comparing needs no conversion.
FilterResult parse_filter(std::string_view text, const EntityType& type, const Administration& books);

/// Evaluates expressions for rows of one table.
class FilterEvaluator {
 public:
  FilterEvaluator(const Administration& books, TableId table)
      : books_(books), table_(table), ignore_case_(books.switches().text_ignores_case) {}
  bool matches(const Expression& expression, RowNumber row);

 private:
  Value evaluate(const Expression& expression, RowNumber row);
  Value call(const Expression& expression, RowNumber row);
  Value keep(std::string text) { return Value::text(kept_.emplace_front(std::move(text))); }

  const Administration& books_;
  TableId table_;
  bool ignore_case_;
  std::forward_list<std::string> kept_;
};

/// Negative, zero or positive; nulls first. Only kinds that can meet in one property.
int compare(const Value& left, const Value& right, const Administration& books, bool ignore_case);

/// Names of all properties that the expression reads, once each.
std::vector<const Property*> properties_of(const Expression& expression);

}  // namespace connector::sandbox::exact
