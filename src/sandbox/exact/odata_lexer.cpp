#include "sandbox/exact/odata_lexer.h"

#include <algorithm>
#include <charconv>

namespace connector::sandbox::exact {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '_'; }

std::string syntax_error(std::size_t position) { return "Syntax error at position " + std::to_string(position) + "."; }

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  LexerResult run() {
    LexerResult result;
    while (result.error.empty()) {
      while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
      if (at_ >= text_.size()) break;
      Token token;
      token.position = at_;
      result.error = take(token);
      result.tokens.push_back(std::move(token));
    }
    Token end;
    end.position = text_.size();
    result.tokens.push_back(end);
    return result;
  }

 private:
  std::string take(Token& token) {
    const char c = text_[at_];
    if (c == '(' || c == ')' || c == ',') {
      token.kind = c == '(' ? Token::Kind::open : c == ')' ? Token::Kind::close : Token::Kind::comma;
      ++at_;
      return {};
    }
    if (c == '\'') return take_text(token);
    if (is_digit(c) || c == '.' || (c == '-' && at_ + 1 < text_.size() && is_digit(text_[at_ + 1]))) {
      return take_number(token);
    }
    if (!is_name(c)) return syntax_error(at_);
    const std::size_t start = at_;
    while (at_ < text_.size() && (is_name(text_[at_]) || text_[at_] == '/')) ++at_;
    token.text = std::string(text_.substr(start, at_ - start));
    if (at_ < text_.size() && text_[at_] == '\'') return take_typed(token);
    token.kind = Token::Kind::name;
    if (token.text == "true" || token.text == "false") {
      token.kind = Token::Kind::literal;
      token.literal = Value::boolean(token.text == "true");
    } else if (token.text == "null") {
      token.kind = Token::Kind::literal;
    }
    return {};
  }

  std::string take_text(Token& token) {
    const std::size_t start = at_;
    token.kind = Token::Kind::literal;
    token.is_text = true;
    token.text.clear();
    for (++at_; at_ < text_.size(); ++at_) {
      if (text_[at_] != '\'') {
        token.text += text_[at_];
      } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '\'') {
        token.text += '\'';
        ++at_;
      } else {
        ++at_;
        return {};
      }
    }
    return "There is an unterminated string literal at position " + std::to_string(start) + " in '" +
           std::string(text_) + "'.";
  }

  /// guid'…', datetime'…'
  std::string take_typed(Token& token) {
    const std::string type = lower_case(token.text);
    if (std::string error = take_text(token); !error.empty()) return error;
    token.is_text = false;
    if (type == "guid") {
      const auto guid = parse_guid(token.text);
      if (guid) token.literal = Value::guid(*guid);
    } else if (type == "datetime") {
      const auto instant = parse_instant(token.text);
      if (instant) token.literal = Value::instant(*instant);
    }
    if (token.literal.is_null()) {
      return "Unrecognized '" + type + "' literal '" + type + "'" + token.text + "'' at '" +
             std::to_string(token.position) + "' in '" + std::string(text_) + "'.";
    }
    return {};
  }

  std::string take_number(Token& token) {
    const std::size_t start = at_;
    if (text_[at_] == '-') ++at_;
    bool fraction = false;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      const bool exponent = c == 'e' || c == 'E';
      if (!is_digit(c) && c != '.' && !exponent) break;
      fraction |= c == '.' || exponent;
      ++at_;
      if (exponent && at_ < text_.size() && (text_[at_] == '-' || text_[at_] == '+')) ++at_;
    }
    const std::string_view digits = text_.substr(start, at_ - start);
    if (at_ < text_.size() && std::string_view("LldDfFmM").find(text_[at_]) != std::string_view::npos) {
      fraction |= text_[at_] != 'L' && text_[at_] != 'l';
      ++at_;
    }
    if (at_ < text_.size() && is_name(text_[at_])) return syntax_error(at_);
    token.kind = Token::Kind::literal;
    std::int64_t whole = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), whole);
    if (!fraction && parsed.ec == std::errc{} && parsed.ptr == digits.data() + digits.size()) {
      token.literal = Value::integer(whole);
      return {};
    }
    const auto decimal = domain::Decimal::parse(digits);
    if (!decimal) return syntax_error(start);
    token.literal = Value::decimal(*decimal);
    return {};
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

LexerResult tokenize(std::string_view expression) { return Lexer(expression).run(); }

}  // namespace connector::sandbox::exact
