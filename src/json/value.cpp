#include "json/value.h"

#include <algorithm>
#include <charconv>

namespace connector::json {
namespace {

const Value null_value;
const Array no_elements;
const Object no_members;

auto locate(auto& object, std::string_view name) {
  return std::find_if(object.begin(), object.end(), [name](const auto& member) { return member.first == name; });
}

std::optional<std::int64_t> plain_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

/// "12.0" and "1.5e3" are integers too; text that Decimal would have to round is none.
std::optional<std::int64_t> written_otherwise(std::string_view text) {
  const auto exponent = text.find_first_of("eE");
  if (exponent != std::string_view::npos && text.substr(exponent).starts_with("e-")) return std::nullopt;
  if (exponent != std::string_view::npos && text.substr(exponent).starts_with("E-")) return std::nullopt;
  auto mantissa = text.substr(0, exponent);
  const auto point = mantissa.find('.');
  if (point != std::string_view::npos) {
    mantissa.remove_suffix(mantissa.size() - mantissa.find_last_not_of('0') - 1);
    if (mantissa.size() > point + 1 + domain::Decimal::scale) return std::nullopt;
  }
  const auto value = domain::Decimal::parse(text);
  if (!value || !value->is_integer()) return std::nullopt;
  return value->whole();
}

}  // namespace

const Value& Value::operator[](std::string_view name) const& {
  const auto& members = object();
  const auto found = locate(members, name);
  return found == members.end() ? null_value : found->second;
}

Value Value::operator[](std::string_view name) && {
  auto* member = find(name);
  return member == nullptr ? Value() : std::move(*member);
}

const Value& Value::at(std::size_t index) const& {
  const auto& elements = array();
  return index < elements.size() ? elements[index] : null_value;
}

Value Value::at(std::size_t index) && {
  auto* elements = mutable_array();
  return elements != nullptr && index < elements->size() ? std::move((*elements)[index]) : Value();
}

bool Value::contains(std::string_view name) const {
  const auto& members = object();
  return locate(members, name) != members.end();
}

Value& Value::set(std::string_view name, Value value) {
  if (!is_object()) data_ = Object();
  auto& members = std::get<Object>(data_);
  if (members.empty()) members.reserve(8);
  const auto found = locate(members, name);
  if (found != members.end()) return found->second = std::move(value);
  return members.emplace_back(std::string(name), std::move(value)).second;
}

Value* Value::find(std::string_view name) {
  auto* members = std::get_if<Object>(&data_);
  if (members == nullptr) return nullptr;
  const auto found = locate(*members, name);
  return found == members->end() ? nullptr : &found->second;
}

bool Value::erase(std::string_view name) {
  auto* members = std::get_if<Object>(&data_);
  if (members == nullptr) return false;
  return std::erase_if(*members, [name](const auto& member) { return member.first == name; }) > 0;
}

void Value::push_back(Value value) {
  if (!is_array()) data_ = Array();
  std::get<Array>(data_).push_back(std::move(value));
}

std::size_t Value::size() const { return is_object() ? object().size() : array().size(); }

const Array& Value::array() const& {
  const auto* elements = std::get_if<Array>(&data_);
  return elements == nullptr ? no_elements : *elements;
}

const Object& Value::object() const& {
  const auto* members = std::get_if<Object>(&data_);
  return members == nullptr ? no_members : *members;
}

Array Value::array() && {
  auto* elements = mutable_array();
  return elements == nullptr ? Array() : std::move(*elements);
}

Object Value::object() && {
  auto* members = mutable_object();
  return members == nullptr ? Object() : std::move(*members);
}

Array* Value::mutable_array() { return std::get_if<Array>(&data_); }
Object* Value::mutable_object() { return std::get_if<Object>(&data_); }

std::optional<std::string> Value::text() const {
  if (const auto* text = std::get_if<std::string>(&data_)) return *text;
  if (const auto* number = std::get_if<Number>(&data_)) return number->text;
  if (const auto* truth = std::get_if<bool>(&data_)) return *truth ? "true" : "false";
  return std::nullopt;
}

std::string Value::text_or(std::string_view fallback) const {
  auto own = text();
  return own ? *std::move(own) : std::string(fallback);
}

std::string_view Value::number_text() const& {
  const auto* number = std::get_if<Number>(&data_);
  return number == nullptr ? std::string_view() : std::string_view(number->text);
}

std::string_view Value::string() const& {
  const auto* text = std::get_if<std::string>(&data_);
  return text == nullptr ? std::string_view() : std::string_view(*text);
}

std::optional<std::int64_t> Value::integer() const {
  if (const auto* text = std::get_if<std::string>(&data_)) return plain_integer(*text);
  const auto* number = std::get_if<Number>(&data_);
  if (number == nullptr) return std::nullopt;
  return parse_integer(number->text);
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  const auto plain = plain_integer(text);
  return plain ? plain : written_otherwise(text);
}

std::optional<domain::Decimal> Value::decimal() const {
  const auto* number = std::get_if<Number>(&data_);
  const auto value = domain::Decimal::parse(number == nullptr ? string() : std::string_view(number->text));
  return value ? std::optional(*value) : std::nullopt;
}

std::optional<bool> Value::boolean() const {
  const auto* truth = std::get_if<bool>(&data_);
  return truth == nullptr ? std::nullopt : std::optional(*truth);
}

}  // namespace connector::json
