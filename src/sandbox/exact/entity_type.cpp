#include "sandbox/exact/entity_type.h"

#include <algorithm>
#include <stdexcept>

namespace connector::sandbox::exact {
namespace {

EdmType edm_type(char letter) {
  switch (letter) {
    case 'g':
      return EdmType::guid;
    case 's':
      return EdmType::text;
    case 'd':
      return EdmType::number;
    case 'h':
      return EdmType::int16;
    case 'i':
      return EdmType::int32;
    case 'l':
      return EdmType::int64;
    case 'y':
      return EdmType::byte;
    case 'b':
      return EdmType::boolean;
    case 't':
      return EdmType::instant;
    case 'x':
      return EdmType::binary;
    case 'c':
      return EdmType::collection;
    case 'o':
      return EdmType::complex;
    default:
      throw std::logic_error(std::string("unknown type letter ") + letter);
  }
}

}  // namespace

std::string_view to_string(EdmType type) {
  switch (type) {
    case EdmType::guid:
      return "Edm.Guid";
    case EdmType::text:
      return "Edm.String";
    case EdmType::number:
      return "Edm.Double";
    case EdmType::int16:
      return "Edm.Int16";
    case EdmType::int32:
      return "Edm.Int32";
    case EdmType::int64:
      return "Edm.Int64";
    case EdmType::byte:
      return "Edm.Byte";
    case EdmType::boolean:
      return "Edm.Boolean";
    case EdmType::instant:
      return "Edm.DateTime";
    case EdmType::binary:
      return "Edm.Binary";
    case EdmType::collection:
    case EdmType::complex:
      return "Collection";
  }
  return "";
}

EntityType::EntityType(std::string name, std::string_view list) : name_(std::move(name)) {
  while (!list.empty()) {
    const std::string_view token = list.substr(0, list.find(' '));
    list.remove_prefix(std::min(list.size(), token.size() + 1));
    if (token.empty()) continue;
    const std::size_t colon = token.find(':');
    if (colon == std::string_view::npos || colon + 1 >= token.size()) {
      throw std::logic_error("malformed property " + std::string(token));
    }
    Property property;
    property.name = std::string(token.substr(0, colon));
    property.type = edm_type(token[colon + 1]);
    for (const char flag : token.substr(colon + 2)) {
      property.is_key |= flag == 'K';
      property.in_post |= flag == 'P';
      property.in_put |= flag == 'U';
    }
    properties_.push_back(std::move(property));
  }
  reindex();
}

EntityType::EntityType(const EntityType& other) : name_(other.name_), properties_(other.properties_) { reindex(); }

EntityType::EntityType(EntityType&& other) noexcept
    : name_(std::move(other.name_)), properties_(std::move(other.properties_)) {
  reindex();
}

EntityType& EntityType::operator=(EntityType&& other) noexcept {
  name_ = std::move(other.name_);
  properties_ = std::move(other.properties_);
  reindex();
  return *this;
}

void EntityType::reindex() {
  by_name_.clear();
  key_.reset();
  for (PropertyIndex i = 0; i < properties_.size(); ++i) {
    by_name_.emplace(properties_[i].name, i);
    if (properties_[i].is_key && !key_) key_ = i;
  }
}

const Property* EntityType::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &properties_[found->second];
}

PropertyIndex EntityType::index(std::string_view name) const {
  const auto found = by_name_.find(name);
  if (found == by_name_.end()) throw std::logic_error(name_ + " has no property " + std::string(name));
  return found->second;
}

void EntityType::add(Property property) {
  properties_.push_back(std::move(property));
  reindex();
}

void EntityType::remove(std::string_view name) {
  std::erase_if(properties_, [&](const Property& property) { return property.name == name; });
  reindex();
}

}  // namespace connector::sandbox::exact
