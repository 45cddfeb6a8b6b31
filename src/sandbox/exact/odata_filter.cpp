#include "sandbox/exact/odata_filter.h"

#include <algorithm>

namespace connector::sandbox::exact {
namespace {

using Comparison = Expression::Comparison;
using Function = Expression::Function;
using Kind = Expression::Kind;

template <class T>
int order(const T& left, const T& right) {
  return left < right ? -1 : right < left ? 1 : 0;
}

char folded(char character, bool ignore_case) {
  return ignore_case && character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a') : character;
}

int order_text(std::string_view left, std::string_view right, bool ignore_case) {
  const std::size_t both = std::min(left.size(), right.size());
  for (std::size_t i = 0; i < both; ++i) {
    const auto a = static_cast<unsigned char>(folded(left[i], ignore_case));
    const auto b = static_cast<unsigned char>(folded(right[i], ignore_case));
    if (a != b) return a < b ? -1 : 1;
  }
  return order(left.size(), right.size());
}

Guid as_guid(const Value& value, const Administration& books) {
  return value.kind() == Value::Kind::reference ? books.guid(value.as_reference()) : value.as_guid();
}

}  // namespace

int compare(const Value& left, const Value& right, const Administration& books, bool ignore_case) {
  if (left.is_null() || right.is_null()) return order(!left.is_null(), !right.is_null());
  if (left.kind() == Value::Kind::text || right.kind() == Value::Kind::text) {
    return order_text(left.as_text(), right.as_text(), ignore_case);
  }
  if (left.kind() == Value::Kind::reference && right.kind() == Value::Kind::reference &&
      left.as_reference() == right.as_reference()) {
    return 0;
  }
  if (left.kind() == Value::Kind::guid || left.kind() == Value::Kind::reference) {
    return order(as_guid(left, books), as_guid(right, books));
  }
  if (left.kind() == Value::Kind::instant) return order(left.as_instant(), right.as_instant());
  if (left.kind() == Value::Kind::integer && right.kind() == Value::Kind::integer) {
    return order(left.as_integer(), right.as_integer());
  }
  // Beyond what a decimal holds: larger than any amount.
  constexpr std::int64_t largest = 9'000'000'000'000;
  const auto beyond = [](const Value& value) {
    if (value.kind() != Value::Kind::integer) return 0;
    return value.as_integer() > largest ? 1 : value.as_integer() < -largest ? -1 : 0;
  };
  if (beyond(left) != 0 || beyond(right) != 0) return order(beyond(left), beyond(right));
  return order(left.as_decimal(), right.as_decimal());
}

bool FilterEvaluator::matches(const Expression& expression, RowNumber row) {
  kept_.clear();
  return evaluate(expression, row).as_boolean();
}

Value FilterEvaluator::evaluate(const Expression& expression, RowNumber row) {
  switch (expression.kind) {
    case Kind::literal:
      return expression.literal;
    case Kind::property:
      return books_.read(table_, row, *expression.property);
    case Kind::negation:
      return Value::boolean(!evaluate(*expression.operands[0], row).as_boolean());
    case Kind::conjunction:
      return Value::boolean(std::all_of(expression.operands.begin(), expression.operands.end(),
                                        [&](const auto& part) { return evaluate(*part, row).as_boolean(); }));
    case Kind::disjunction:
      return Value::boolean(std::any_of(expression.operands.begin(), expression.operands.end(),
                                        [&](const auto& part) { return evaluate(*part, row).as_boolean(); }));
    case Kind::comparison: {
      const Value left = evaluate(*expression.operands[0], row);
      const Value right = evaluate(*expression.operands[1], row);
      const Comparison wanted = expression.comparison;
      if ((left.is_null() || right.is_null()) && wanted != Comparison::eq && wanted != Comparison::ne) {
        return Value::boolean(false);
      }
      const int result = compare(left, right, books_, ignore_case_);
      switch (wanted) {
        case Comparison::eq:
          return Value::boolean(result == 0);
        case Comparison::ne:
          return Value::boolean(result != 0);
        case Comparison::gt:
          return Value::boolean(result > 0);
        case Comparison::ge:
          return Value::boolean(result >= 0);
        case Comparison::lt:
          return Value::boolean(result < 0);
        case Comparison::le:
          return Value::boolean(result <= 0);
      }
      return {};
    }
    case Kind::call:
      return call(expression, row);
  }
  return {};
}

Value FilterEvaluator::call(const Expression& expression, RowNumber row) {
  const Value first = evaluate(*expression.operands[0], row);
  const Value second = expression.operands.size() > 1 ? evaluate(*expression.operands[1], row) : Value{};
  const auto text_of = [&](const Value& value) {
    return ignore_case_ ? lower_case(value.as_text()) : std::string(value.as_text());
  };
  const auto date_of = [&] {
    return std::chrono::year_month_day{std::chrono::floor<std::chrono::days>(first.as_instant())};
  };
  switch (expression.function) {
    case Function::startswith:
      return Value::boolean(text_of(first).starts_with(text_of(second)));
    case Function::endswith:
      return Value::boolean(text_of(first).ends_with(text_of(second)));
    case Function::substringof:
      return Value::boolean(text_of(second).find(text_of(first)) != std::string::npos);
    case Function::trim:
      return first.is_null() ? first : Value::text(trimmed(first.as_text()));
    case Function::tolower:
      return first.is_null() ? first : keep(lower_case(first.as_text()));
    case Function::toupper: {
      if (first.is_null()) return first;
      std::string upper(first.as_text());
      for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      return keep(std::move(upper));
    }
    case Function::length:
      return Value::integer(static_cast<std::int64_t>(first.as_text().size()));
    case Function::year:
      return first.kind() == Value::Kind::instant ? Value::integer(static_cast<int>(date_of().year())) : Value{};
    case Function::month:
      return first.kind() == Value::Kind::instant ? Value::integer(static_cast<unsigned>(date_of().month())) : Value{};
    case Function::day:
      return first.kind() == Value::Kind::instant ? Value::integer(static_cast<unsigned>(date_of().day())) : Value{};
  }
  return {};
}

std::vector<const Property*> properties_of(const Expression& expression) {
  std::vector<const Property*> found;
  const auto visit = [&found](const Expression& node, const auto& again) -> void {
    if (node.property != nullptr && std::find(found.begin(), found.end(), node.property) == found.end()) {
      found.push_back(node.property);
    }
    for (const auto& operand : node.operands) again(*operand, again);
  };
  visit(expression, visit);
  return found;
}

}  // namespace connector::sandbox::exact
