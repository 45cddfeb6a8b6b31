#include "sandbox/exact/atom_answer.h"

#include "json/value.h"
#include "sandbox/exact/json_answer.h"
#include "sandbox/xml_text.h"

namespace connector::sandbox::exact {
namespace {

constexpr std::string_view data_namespace = "http://schemas.microsoft.com/ado/2007/08/dataservices";
constexpr std::string_view date_prefix = "/Date(";

/// "/Date(1764288000000)/" as "2025-11-28T00:00:00".
std::string date_text(std::string_view text) {
  text.remove_prefix(date_prefix.size());
  const auto milliseconds = json::Value(text.substr(0, text.find(')'))).integer();
  if (!milliseconds) return {};
  std::string iso = domain::to_iso8601(domain::from_epoch_milliseconds(*milliseconds));
  iso.pop_back();
  return iso;
}

class AtomWriter {
 public:
  AtomWriter(const EntityType* type, const EntityType* line_type) : type_(type), line_type_(line_type) {}

  std::string feed(const json::Value& list, std::string_view namespaces) {
    std::string out = "<feed" + std::string(namespaces) + "><title type=\"text\"></title>";
    if (list.contains("__count")) out += "<m:count>" + list["__count"].text_or("") + "</m:count>";
    for (const json::Value& row : list["results"].array()) out += entry(row, {});
    if (list.contains("__next")) out += "<link rel=\"next\" href=\"" + xml_text(list["__next"].string()) + "\" />";
    return out + "</feed>";
  }

  std::string entry(const json::Value& row, std::string_view namespaces) {
    const std::string uri = xml_text(row["__metadata"]["uri"].string());
    std::string out = "<entry" + std::string(namespaces) + "><id>" + uri + "</id><category term=\"" +
                      xml_text(row["__metadata"]["type"].string()) + "\" scheme=\"" + std::string(data_namespace) +
                      "/scheme\" /><link rel=\"edit\" href=\"" + uri + "\" />";
    std::string properties;
    for (const auto& [name, value] : row.object()) {
      if (name == "__metadata") continue;
      if (value.is_object()) {
        out += collection(name, value, uri);
      } else {
        properties += property(name, value);
      }
    }
    return out + "<title /><author><name /></author><content type=\"application/xml\"><m:properties>" + properties +
           "</m:properties></content></entry>";
  }

 private:
  /// A link to the lines, with the lines inside it if they were expanded.
  std::string collection(const std::string& name, const json::Value& value, const std::string& uri) {
    std::string out = "<link rel=\"" + std::string(data_namespace) + "/related/" + name +
                      "\" type=\"application/atom+xml;type=feed\" title=\"" + name + "\" href=\"" + uri + "/" + name +
                      "\"";
    if (!value.contains("results")) return out + " />";
    return out + "><m:inline>" + AtomWriter(line_type_, nullptr).feed(value, {}) + "</m:inline></link>";
  }

  std::string property(const std::string& name, const json::Value& value) const {
    const Property* known = type_ == nullptr ? nullptr : type_->find(name);
    std::string out = "<d:" + name;
    if (known != nullptr && known->type != EdmType::text) {
      out += " m:type=\"" + std::string(to_string(known->type)) + "\"";
    }
    if (value.is_null()) return out + " m:null=\"true\" />";
    std::string text = value.text_or("");
    if (value.is_bool()) text = value.boolean().value_or(false) ? "true" : "false";
    if (value.is_string() && text.starts_with(date_prefix)) text = date_text(text);
    return out + ">" + xml_text(text) + "</d:" + name + ">";
  }

  const EntityType* type_;
  const EntityType* line_type_;
};

}  // namespace

bool wants_json(const ports::ServerRequest& request) {
  const auto accept = ports::find_header(request.headers, "Accept");
  if (accept && lower_case(*accept).find("json") != std::string::npos) return true;
  return request.query().find("$format=json") != std::string_view::npos;
}

void turn_into_atom(ports::HttpResponse& answer, const std::string& service_root, const EntityType* type,
                    const EntityType* line_type) {
  const auto body = json::parse(answer.body);
  if (!body || !body->is_object()) return;
  const std::string namespaces = " xml:base=\"" + xml_text(service_root) +
                                 "\" xmlns=\"http://www.w3.org/2005/Atom\" xmlns:d=\"" + std::string(data_namespace) +
                                 "\" xmlns:m=\"" + std::string(data_namespace) + "/metadata\"";
  std::string media = "application/atom+xml;type=entry;charset=utf-8";
  std::string xml = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n";
  if (body->contains("error")) {
    media = "application/xml;charset=utf-8";
    xml += "<error xmlns=\"" + std::string(data_namespace) + "/metadata\"><code></code><message xml:lang=\"\">" +
           xml_text((*body)["error"]["message"]["value"].string()) + "</message></error>";
  } else if ((*body)["d"].contains("results")) {
    media = "application/atom+xml;type=feed;charset=utf-8";
    xml += AtomWriter(type, line_type).feed((*body)["d"], namespaces);
  } else {
    xml += AtomWriter(type, line_type).entry((*body)["d"], namespaces);
  }
  answer.body = std::move(xml);
  for (auto& [name, value] : answer.headers) {
    if (name == "Content-Type") value = media;
  }
}

}  // namespace connector::sandbox::exact
