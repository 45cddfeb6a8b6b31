#include "sandbox/walmart/xml.h"

#include "sandbox/xml_text.h"

namespace connector::sandbox::walmart {
namespace {

void append(std::string& out, const json::Value& value, const std::string& name) {
  if (value.is_array()) {
    for (const json::Value& element : value.array()) append(out, element, name);
    return;
  }
  out += "<" + name + ">";
  for (const auto& [member, content] : value.object()) append(out, content, member);
  if (!value.is_object()) out += xml_text(value.text_or(""));
  out += "</" + name + ">";
}

}  // namespace

std::string to_xml(const json::Value& value, std::string_view root) {
  std::string out = R"(<?xml version="1.0" encoding="UTF-8" standalone="yes"?>)";
  // A document with one member is named by it.
  const bool is_single = value.object().size() == 1 && value.object().front().second.is_object();
  if (is_single) append(out, value.object().front().second, value.object().front().first);
  if (value.is_array()) {
    // A list has one root, too.
    json::Value listed;
    listed.set("element", value);
    append(out, listed, std::string(root));
  } else if (!is_single) {
    append(out, value, std::string(root));
  }
  return out;
}

}  // namespace connector::sandbox::walmart
