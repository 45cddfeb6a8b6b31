#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "domain/decimal.h"
#include "domain/result.h"

namespace connector::json {

class Value;
using Array = std::vector<Value>;
/// Members in document order; names are unique after parse (the last one wins).
using Object = std::vector<std::pair<std::string, Value>>;

/// A number kept as its JSON text, so that no amount passes through binary floating point.
struct Number {
  std::string text;
  bool operator==(const Number&) const = default;
};

/// One JSON value. Copyable, movable, not thread-safe for writing.
class Value {
 public:
  Value() = default;  ///< null
  Value(std::nullptr_t) {}
  Value(bool value) : data_(value) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(std::string_view value) : data_(std::string(value)) {}
  Value(const char* value) : data_(std::string(value)) {}
  Value(Number value) : data_(std::move(value)) {}
  Value(std::int64_t value) : data_(Number{std::to_string(value)}) {}
  Value(int value) : Value(static_cast<std::int64_t>(value)) {}
  Value(std::size_t value) : data_(Number{std::to_string(value)}) {}
  Value(domain::Decimal value) : data_(Number{value.to_string()}) {}
  Value(Array value) : data_(std::move(value)) {}
  Value(Object value) : data_(std::move(value)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  bool is_string() const { return std::holds_alternative<std::string>(data_); }
  bool is_number() const { return std::holds_alternative<Number>(data_); }
  bool is_bool() const { return std::holds_alternative<bool>(data_); }
  bool is_array() const { return std::holds_alternative<Array>(data_); }
  bool is_object() const { return std::holds_alternative<Object>(data_); }

  /// Member by name; a shared null value if this is no object or has no such member, so chains never fail:
  /// `order["shippingInfo"]["methodCode"].text_or("")`.
  const Value& operator[](std::string_view name) const&;
  /// Of a temporary, a value of its own: nothing dangles in `for (... : read()["lines"].array())`.
  Value operator[](std::string_view name) &&;
  /// Element by index; null value when out of range or no array.
  const Value& at(std::size_t index) const&;
  Value at(std::size_t index) &&;
  bool contains(std::string_view name) const;
  /// Sets or replaces a member; a null value becomes an object first.
  Value& set(std::string_view name, Value value);
  /// Mutable member, or nullptr.
  Value* find(std::string_view name);
  bool erase(std::string_view name);
  void push_back(Value value);    ///< a null value becomes an array first
  std::size_t size() const;       ///< elements or members; 0 for scalars
  const Array& array() const&;    ///< empty for other kinds
  const Object& object() const&;  ///< empty for other kinds
  Array array() &&;
  Object object() &&;
  Array* mutable_array();
  Object* mutable_object();

  /// The string, or the text of a number or bool; nullopt for null, array, object.
  std::optional<std::string> text() const;
  std::string text_or(std::string_view fallback) const;
  /// The string without a copy; empty for other kinds.
  std::string_view string() const&;
  std::string_view string() && = delete;
  /// A number's text without a copy; empty for other kinds.
  std::string_view number_text() const&;
  std::string_view number_text() && = delete;
  /// From a number or a string of digits (both occur in the field); nullopt otherwise.
  std::optional<std::int64_t> integer() const;
  std::optional<domain::Decimal> decimal() const;
  std::optional<bool> boolean() const;

  bool operator==(const Value&) const = default;

 private:
  std::variant<std::monostate, bool, Number, std::string, Array, Object> data_;
};

/// A whole number as Number's text may write it: "-5", also "12.0" and "1.5e3"; nullopt for any other text, and beyond
/// 64 bits.
std::optional<std::int64_t> parse_integer(std::string_view text);

/// Parses one complete JSON document (UTF-8, at most 512 levels deep). Error: malformed_response with the position.
domain::Result<Value> parse(std::string_view text);
/// Like `parse`, but of objects it keeps the members named in `names` alone, at any depth: most of the work of a long
/// text of which little is used is saved. What is left out is passed over by its quotes and brackets, not read.
domain::Result<Value> parse_members(std::string_view text, std::span<const std::string_view> names);
/// Compact text; object members in order.
std::string write(const Value& value);
/// Indented text (two spaces) for people.
std::string write_pretty(const Value& value);

}  // namespace connector::json
