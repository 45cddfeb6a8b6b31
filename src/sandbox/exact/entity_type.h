#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "sandbox/exact/value.h"

namespace connector::sandbox::exact {

class Administration;

/// The EDM types of the API's properties (exact.md 3.1).
enum class EdmType : std::uint8_t {
  guid,
  text,
  number,
  int16,
  int32,
  int64,
  byte,
  boolean,
  instant,
  binary,
  collection,
  complex
};
/// "Edm.Guid" and so on.
std::string_view to_string(EdmType type);

using PropertyIndex = std::uint16_t;

/// One property of an entity and where its value comes from.
struct Property {
  enum class Source : std::uint8_t {
    stored,      ///< in the record
    key,         ///< the record's own GUID
    parent_key,  ///< the GUID of the document that the line belongs to
    division,
    user,
    user_name,
    created,
    modified,
    timestamp,
    lookup,      ///< `target_property` of the record that property `origin` refers to, by GUID or by code
    parent,      ///< `origin` of the line's document
    calculated,  ///< by `calculate`
    children,    ///< the collection of lines
    nothing      ///< always null
  };

  std::string name;
  EdmType type = EdmType::text;
  bool is_key = false;
  bool in_post = false;
  bool in_put = false;
  Source source = Source::stored;
  PropertyIndex origin = 0;  ///< index in the table's own type (for `parent`: in the parent's)
  TableId target = TableId::none;
  PropertyIndex target_property = 0;
  Value (*calculate)(const Administration&, RowNumber) = nullptr;
};

/// The properties of one resource; a table has one of its own, sync and bulk resources look at tables through others.
class EntityType {
 public:
  EntityType() = default;
  /// `list` as in property_lists.h. Throws std::logic_error if it is malformed.
  EntityType(std::string name, std::string_view list);

  const std::string& name() const { return name_; }
  const std::vector<Property>& properties() const { return properties_; }
  std::vector<Property>& mutable_properties() { return properties_; }
  const Property* find(std::string_view name) const;
  /// Index of a property that must exist; throws std::logic_error otherwise.
  PropertyIndex index(std::string_view name) const;
  std::optional<PropertyIndex> key() const { return key_; }
  void add(Property property);
  void remove(std::string_view name);
  void rename(std::string name) { name_ = std::move(name); }

 private:
  void reindex();
  std::string name_;
  std::vector<Property> properties_;
  std::unordered_map<std::string_view, PropertyIndex> by_name_;
  std::optional<PropertyIndex> key_;

 public:
  EntityType(const EntityType& other);
  EntityType(EntityType&& other) noexcept;
  EntityType& operator=(const EntityType&) = delete;
  EntityType& operator=(EntityType&& other) noexcept;
  ~EntityType() = default;
};

}  // namespace connector::sandbox::exact
