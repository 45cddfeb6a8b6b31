#include "sandbox/exact/request_body.h"

#include <limits>

namespace connector::sandbox::exact {
namespace {

std::string cannot_convert(const Property& property) {
  return "Error processing request stream. Error encountered in converting the value from request payload for property "
         "'" +
         property.name + "' to type '" + std::string(to_string(property.type)) +
         "', which is the property's expected type. See inner exception for more detail.";
}

/// A whole number within `low`..`high`, from a number or digits in a string; 12.0 counts as 12.
bool read_integer(const json::Value& value, std::int64_t low, std::int64_t high, Value& out) {
  std::optional<std::int64_t> number = value.integer();
  if (!number) {
    const auto decimal = value.decimal();
    if (decimal && decimal->is_integer()) number = decimal->whole();
  }
  if (!number || *number < low || *number > high) return false;
  out = Value::integer(*number);
  return true;
}

template <class Integer>
bool read_integer(const json::Value& value, Value& out) {
  return read_integer(value, std::numeric_limits<Integer>::min(), std::numeric_limits<Integer>::max(), out);
}

bool convert(const json::Value& value, const Property& property, Draft& draft, Value& out) {
  switch (property.type) {
    case EdmType::guid: {
      const auto guid = parse_guid(value.string());
      if (!guid) return false;
      out = Value::guid(*guid);
      return true;
    }
    case EdmType::text:
      if (value.is_string()) {
        out = Value::text(value.string());
        return true;
      }
      // Clients send codes as numbers.
      if (!value.is_number()) return false;
      out = draft.own_text(value.text_or(""));
      return true;
    case EdmType::number: {
      const auto decimal = value.decimal();
      if (!decimal) return false;
      out = Value::decimal(*decimal);
      return true;
    }
    case EdmType::int16:
      return read_integer<std::int16_t>(value, out);
    case EdmType::int32:
      return read_integer<std::int32_t>(value, out);
    case EdmType::int64:
      return read_integer<std::int64_t>(value, out);
    case EdmType::byte:
      if (value.is_bool()) {
        out = Value::integer(value.boolean().value_or(false) ? 1 : 0);
        return true;
      }
      return read_integer<std::uint8_t>(value, out);
    case EdmType::boolean: {
      if (value.is_bool()) {
        out = Value::boolean(value.boolean().value_or(false));
        return true;
      }
      Value number;
      if (!read_integer(value, 0, 1, number)) return false;
      out = Value::boolean(number.as_integer() != 0);
      return true;
    }
    case EdmType::instant: {
      const auto instant = parse_instant(value.string());
      if (!instant) return false;
      out = Value::instant(*instant);
      return true;
    }
    case EdmType::binary:
    case EdmType::collection:
    case EdmType::complex:
      return true;
  }
  return false;
}

}  // namespace

std::string malformed_body() {
  return "Error processing request stream. The request should be a valid top-level resource object.";
}

std::string read_body(const json::Value& object, WriteMethod method, Draft& draft) {
  if (!object.is_object()) return malformed_body();
  const EntityType& type = draft.type();
  for (const auto& [name, value] : object.object()) {
    if (name == "__metadata") continue;
    const Property* property = type.find(name);
    if (property == nullptr) {
      return "Error processing request stream. The property name '" + name + "' specified for type '" + type.name() +
             "' is not valid.";
    }
    Value converted;
    if (!value.is_null() && !convert(value, *property, draft, converted)) return cannot_convert(*property);
    const bool accepted = method == WriteMethod::post ? property->in_post : property->in_put;
    if (accepted && property->type != EdmType::collection) draft.set(name, converted);
  }
  return {};
}

std::string read_lines(const json::Value& object, const TableDefinition& document, std::vector<Draft>& lines) {
  const json::Value& collection = object[document.lines_property];
  if (collection.is_null()) return {};
  if (!collection.is_array()) return malformed_body();
  const EntityType& type = table_definition(document.lines).type;
  lines.reserve(collection.size());
  for (const json::Value& element : collection.array()) {
    if (!element.is_object()) return malformed_body();
    if (std::string error = read_body(element, WriteMethod::post, lines.emplace_back(type)); !error.empty())
      return error;
  }
  return {};
}

}  // namespace connector::sandbox::exact
