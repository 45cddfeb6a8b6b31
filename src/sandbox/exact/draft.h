#pragma once

#include <forward_list>
#include <string>
#include <vector>

#include "sandbox/exact/entity_type.h"

namespace connector::sandbox::exact {

/// The values of one record while a request writes it. Text set with `own_text` is kept alive by the draft, other text
/// must outlive it (the request body, the record being changed, static text).
class Draft {
 public:
  explicit Draft(const EntityType& type) : type_(&type), values_(type.properties().size()) {}

  const EntityType& type() const { return *type_; }
  const Value& operator[](PropertyIndex index) const { return values_[index]; }
  Value& operator[](PropertyIndex index) { return values_[index]; }
  const Value& get(std::string_view name) const { return values_[type_->index(name)]; }
  bool has(std::string_view name) const { return !get(name).is_null(); }
  void set(std::string_view name, Value value) { values_[type_->index(name)] = value; }
  void set_amount(std::string_view name, domain::Decimal amount) { set(name, Value::decimal(amount)); }
  void set_if_absent(std::string_view name, Value value) {
    Value& current = values_[type_->index(name)];
    if (current.is_null()) current = value;
  }
  Value own_text(std::string text) { return Value::text(owned_.emplace_front(std::move(text))); }
  std::size_t size() const { return values_.size(); }

 private:
  const EntityType* type_;
  std::vector<Value> values_;
  std::forward_list<std::string> owned_;
};

}  // namespace connector::sandbox::exact
