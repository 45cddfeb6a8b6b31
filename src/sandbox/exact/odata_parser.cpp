#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "sandbox/exact/odata_filter.h"
#include "sandbox/exact/odata_lexer.h"

namespace connector::sandbox::exact {
namespace {

using Node = std::unique_ptr<Expression>;
using Kind = Expression::Kind;

constexpr std::size_t deepest = 200;

/// What an operand is, for the check that both sides of a comparison fit.
enum class Sort { any, boolean, number, text, guid, instant };

constexpr std::pair<std::string_view, Expression::Comparison> comparisons[] = {
    {"eq", Expression::Comparison::eq}, {"ne", Expression::Comparison::ne}, {"gt", Expression::Comparison::gt},
    {"ge", Expression::Comparison::ge}, {"lt", Expression::Comparison::lt}, {"le", Expression::Comparison::le}};

struct Signature {
  std::string_view name;
  Expression::Function function;
  std::size_t operands;
};
constexpr Signature functions[] = {{"startswith", Expression::Function::startswith, 2},
                                   {"endswith", Expression::Function::endswith, 2},
                                   {"substringof", Expression::Function::substringof, 2},
                                   {"trim", Expression::Function::trim, 1},
                                   {"tolower", Expression::Function::tolower, 1},
                                   {"toupper", Expression::Function::toupper, 1},
                                   {"length", Expression::Function::length, 1},
                                   {"year", Expression::Function::year, 1},
                                   {"month", Expression::Function::month, 1},
                                   {"day", Expression::Function::day, 1}};

Sort sort_of(const Expression& node) {
  switch (node.kind) {
    case Kind::literal:
      switch (node.literal.kind()) {
        case Value::Kind::boolean:
          return Sort::boolean;
        case Value::Kind::integer:
        case Value::Kind::decimal:
          return Sort::number;
        case Value::Kind::instant:
          return Sort::instant;
        case Value::Kind::reference:
        case Value::Kind::guid:
          return Sort::guid;
        case Value::Kind::text:
          return Sort::text;
        case Value::Kind::null:
          return Sort::any;
      }
      return Sort::any;
    case Kind::property:
      switch (node.property->type) {
        case EdmType::guid:
          return Sort::guid;
        case EdmType::text:
          return Sort::text;
        case EdmType::boolean:
          return Sort::boolean;
        case EdmType::instant:
          return Sort::instant;
        case EdmType::number:
        case EdmType::int16:
        case EdmType::int32:
        case EdmType::int64:
        case EdmType::byte:
          return Sort::number;
        default:
          return Sort::any;
      }
    case Kind::call:
      switch (node.function) {
        case Expression::Function::trim:
        case Expression::Function::tolower:
        case Expression::Function::toupper:
          return Sort::text;
        case Expression::Function::length:
        case Expression::Function::year:
        case Expression::Function::month:
        case Expression::Function::day:
          return Sort::number;
        default:
          return Sort::boolean;
      }
    default:
      return Sort::boolean;
  }
}

std::string_view clr_name(Sort sort) {
  switch (sort) {
    case Sort::boolean:
      return "System.Boolean";
    case Sort::number:
      return "System.Double";
    case Sort::text:
      return "System.String";
    case Sort::guid:
      return "System.Guid";
    case Sort::instant:
      return "System.DateTime";
    case Sort::any:
      break;
  }
  return "System.Object";
}

class Parser {
 public:
  Parser(std::vector<Token> tokens, const EntityType& type, const Administration& books)
      : tokens_(std::move(tokens)), type_(type), books_(books) {}

  FilterResult run() {
    FilterResult result;
    result.expression = disjunction();
    if (error_.empty() && peek().kind != Token::Kind::end) syntax_error();
    if (error_.empty() && sort_of(*result.expression) != Sort::boolean) {
      error_ = "The $filter expression must evaluate to a single boolean value.";
    }
    if (!error_.empty()) result.expression.reset();
    result.error = std::move(error_);
    return result;
  }

 private:
  const Token& peek() const { return tokens_[at_]; }
  bool take_word(std::string_view word) {
    if (peek().kind != Token::Kind::name || peek().text != word) return false;
    ++at_;
    return true;
  }
  bool take(Token::Kind kind) {
    if (peek().kind != kind) return false;
    ++at_;
    return true;
  }
  Node fail(std::string text) {
    if (error_.empty()) error_ = std::move(text);
    return std::make_unique<Expression>();
  }
  Node syntax_error() { return fail("Syntax error at position " + std::to_string(peek().position) + "."); }

  Node disjunction() {
    Node left = conjunction();
    if (peek().kind != Token::Kind::name || peek().text != "or") return left;
    Node all = std::make_unique<Expression>();
    all->kind = Kind::disjunction;
    all->operands.push_back(std::move(left));
    while (error_.empty() && take_word("or")) all->operands.push_back(conjunction());
    return boolean_operands(std::move(all), "or");
  }

  Node conjunction() {
    Node left = negation();
    if (peek().kind != Token::Kind::name || peek().text != "and") return left;
    Node all = std::make_unique<Expression>();
    all->kind = Kind::conjunction;
    all->operands.push_back(std::move(left));
    while (error_.empty() && take_word("and")) all->operands.push_back(negation());
    return boolean_operands(std::move(all), "and");
  }

  Node boolean_operands(Node node, std::string_view word) {
    for (const Node& operand : node->operands) {
      if (error_.empty() && sort_of(*operand) != Sort::boolean) {
        return fail("Operator '" + std::string(word) + "' incompatible with operand types at position " +
                    std::to_string(peek().position) + ".");
      }
    }
    return node;
  }

  Node negation() {
    if (++depth_ > deepest) return fail("Recursion limit reached.");
    Node result;
    if (take_word("not")) {
      result = std::make_unique<Expression>();
      result->kind = Kind::negation;
      result->operands.push_back(negation());
      result = boolean_operands(std::move(result), "not");
    } else {
      result = comparison();
    }
    --depth_;
    return result;
  }

  Node comparison() {
    Node left = primary();
    if (!error_.empty() || peek().kind != Token::Kind::name) return left;
    for (const auto& [word, which] : comparisons) {
      if (peek().text != word) continue;
      const std::size_t position = peek().position;
      ++at_;
      Node node = std::make_unique<Expression>();
      node->kind = Kind::comparison;
      node->comparison = which;
      node->operands.push_back(std::move(left));
      node->operands.push_back(primary());
      if (error_.empty()) check(*node, word, position);
      return node;
    }
    return left;
  }

  void check(const Expression& node, std::string_view word, std::size_t position) {
    const Sort left = sort_of(*node.operands[0]);
    const Sort right = sort_of(*node.operands[1]);
    if (left == right || left == Sort::any || right == Sort::any) return;
    // `IsSalesItem eq 1`: clients do, and flags are Byte in places (exact.md 3.1).
    const auto is_flag = [](Sort sort) { return sort == Sort::boolean || sort == Sort::number; };
    if (is_flag(left) && is_flag(right)) return;
    fail("Operator '" + std::string(word) + "' incompatible with operand types '" + std::string(clr_name(left)) +
         "' and '" + std::string(clr_name(right)) + "' at position " + std::to_string(position) + ".");
  }

  Node primary() {
    if (++depth_ > deepest) return fail("Recursion limit reached.");
    Node result = primary_inside();
    --depth_;
    return result;
  }

  Node primary_inside() {
    if (take(Token::Kind::open)) {
      Node inside = disjunction();
      if (error_.empty() && !take(Token::Kind::close)) return syntax_error();
      return inside;
    }
    if (peek().kind == Token::Kind::literal) return literal();
    if (peek().kind != Token::Kind::name) return syntax_error();
    const Token name = peek();
    ++at_;
    if (peek().kind == Token::Kind::open) return call(name);
    const Property* property = type_.find(name.text);
    if (property == nullptr || property->type == EdmType::collection || property->type == EdmType::complex) {
      return fail("No property '" + name.text + "' exists in type '" + type_.name() + "' at position " +
                  std::to_string(name.position) + ".");
    }
    Node node = std::make_unique<Expression>();
    node->kind = Kind::property;
    node->property = property;
    return node;
  }

  Node literal() {
    const Token token = peek();
    ++at_;
    Node node = std::make_unique<Expression>();
    node->text = token.text;
    node->literal = token.is_text ? Value::text(node->text) : books_.resolve(token.literal);
    return node;
  }

  Node call(const Token& name) {
    ++at_;
    for (const Signature& signature : functions) {
      if (signature.name != name.text) continue;
      Node node = std::make_unique<Expression>();
      node->kind = Kind::call;
      node->function = signature.function;
      do {
        node->operands.push_back(primary());
      } while (error_.empty() && take(Token::Kind::comma));
      if (error_.empty() && !take(Token::Kind::close)) return syntax_error();
      if (error_.empty() && node->operands.size() != signature.operands) {
        return fail("No applicable function found for '" + name.text + "' at position " +
                    std::to_string(name.position) + " with the specified arguments.");
      }
      return node;
    }
    return fail("Unknown function '" + name.text + "' at position " + std::to_string(name.position) + ".");
  }

  std::vector<Token> tokens_;
  const EntityType& type_;
  const Administration& books_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
  std::string error_;
};

}  // namespace

FilterResult parse_filter(std::string_view text, const EntityType& type, const Administration& books) {
  LexerResult lexed = tokenize(text);
  if (!lexed.error.empty()) return FilterResult{nullptr, std::move(lexed.error)};
  return Parser(std::move(lexed.tokens), type, books).run();
}

}  // namespace connector::sandbox::exact
