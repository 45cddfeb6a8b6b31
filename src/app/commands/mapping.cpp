#include <fmt/format.h>

#include "app/installation.h"
#include "app/run.h"
#include "app/text_file.h"
#include "engine/digest.h"
#include "flows/mapping_csv.h"
#include "flows/mapping_import.h"

namespace connector::app::commands {
namespace {

using domain::Result;

struct BadRowOfFile {
  std::string file;
  csv::BadRow row;
};

/// Reads all files, however many of them are wrong.
class MappingFiles {
 public:
  /// False when the file cannot be read at all.
  template <class T, class Parse>
  bool read(const std::string& part, const std::string& file, Parse parse, T& into) {
    auto text = read_text_file(file);
    if (!text) {
      unreadable_ = text.error();
      return false;
    }
    mapping.digests.set(part, engine::sha256_hex(*text));
    auto parsed = parse(*text);
    if (parsed) {
      into = *std::move(parsed);
    } else {
      for (csv::BadRow& row : parsed.error()) bad_rows.push_back({file, std::move(row)});
    }
    return true;
  }

  bool read_all(const MappingImport& command) {
    return read("mapping", command.file, flows::parse_mapping_csv, mapping.rows) &&
           (!command.ship_nodes ||
            read("ship_nodes", *command.ship_nodes, flows::parse_ship_nodes_csv, mapping.ship_nodes)) &&
           (!command.kits || read("kits", *command.kits, flows::parse_kits_csv, mapping.kits)) &&
           (!command.aliases || read("aliases", *command.aliases, flows::parse_aliases_csv, mapping.aliases));
  }

  const domain::Error& unreadable() const { return unreadable_; }

  flows::ImportedMapping mapping;
  std::vector<BadRowOfFile> bad_rows;

 private:
  domain::Error unreadable_;
};

ExitCode refuse(Context& context, const std::vector<BadRowOfFile>& bad_rows) {
  json::Value list{json::Array{}};
  for (const auto& [file, row] : bad_rows) {
    context.output.note(fmt::format("{}: {}", file, csv::to_string(row)));
    json::Value entry;
    entry.set("file", file);
    entry.set("row", row.row);
    entry.set("column", row.column);
    entry.set("message", row.message);
    list.push_back(std::move(entry));
  }
  context.output.note(
      fmt::format("error: {} bad {}; nothing was imported", bad_rows.size(), bad_rows.size() == 1 ? "row" : "rows"));
  if (context.output.is_json()) {
    json::Value result;
    result.set("imported", false);
    result.set("bad_rows", std::move(list));
    context.output.result(result, "");
  }
  return ExitCode::bad_usage;
}

/// An export that failed, or the wrong file, must not empty a mapping unnoticed.
Result<void> refuse_emptying(const domain::Mapping& present, const flows::ImportedMapping& imported,
                             const MappingImport& command) {
  const auto emptied = [&command](const std::string& file, std::size_t count, const char* what) -> Result<void> {
    return domain::fail(domain::Cause::bad_input,
                        fmt::format("{} has no rows, but {} has {} {}: nothing was imported; add --allow-empty if they "
                                    "shall go",
                                    file, command.name, count, what));
  };
  if (imported.rows.empty() && !present.rows().empty())
    return emptied(command.file, present.rows().size(), "mapping rows");
  if (imported.ship_nodes && imported.ship_nodes->empty() && !present.ship_node_warehouses().empty())
    return emptied(*command.ship_nodes, present.ship_node_warehouses().size(), "ship nodes");
  if (imported.kits && imported.kits->empty() && !present.kits().empty())
    return emptied(*command.kits, present.kits().size(), "kits");
  if (imported.aliases && imported.aliases->empty() && !present.aliases().empty())
    return emptied(*command.aliases, present.aliases().size(), "aliases");
  return {};
}

}  // namespace

ExitCode run(const MappingImport& command, Context& context) {
  MappingFiles files;
  if (!files.read_all(command)) return fail_command(context, files.unreadable());
  if (!files.bad_rows.empty()) return refuse(context, files.bad_rows);
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  auto record = person_audit(context, (*installation)->clock.now(), 0, "mapping.import", json::Value(json::Object{}));
  auto counts =
      (*installation)
          ->write([command, imported = files.mapping, record](store::Transaction& transaction) -> Result<json::Value> {
            auto row = find_connection(transaction, command.name);
            if (!row) return domain::fail(row.error());
            auto present = transaction.mapping(row->id);
            if (!present) return domain::fail(present.error());
            auto fits = command.allow_empty ? Result<void>{} : refuse_emptying(*present, imported, command);
            if (!fits) return domain::fail(fits.error());
            return flows::import_mapping(transaction, row->id, imported, record);
          });
  if (!counts) return fail_command(context, counts.error());
  json::Value result;
  result.set("imported", true);
  for (const auto& [name, value] : counts->object()) result.set(name, value);
  context.output.result(result,
                        fmt::format("{} now has {} mapping rows, {} ship nodes, {} kits and {} aliases\n", command.name,
                                    (*counts)["rows"].text_or(""), (*counts)["ship_nodes"].text_or(""),
                                    (*counts)["kits"].text_or(""), (*counts)["aliases"].text_or("")));
  return ExitCode::done;
}

ExitCode run(const MappingExport& command, Context& context) {
  auto installation = open_installation(context);
  if (!installation) return fail_command(context, installation.error());
  auto mapping = (*installation)->read([name = command.name](store::Reader& reader) -> Result<domain::Mapping> {
    return find_connection(reader, name).and_then([&reader](const store::ConnectionRow& row) {
      return reader.mapping(row.id);
    });
  });
  if (!mapping) return fail_command(context, mapping.error());
  std::string csv = command.part == "ship_nodes" ? flows::write_ship_nodes_csv(mapping->ship_node_warehouses())
                    : command.part == "kits"     ? flows::write_kits_csv(mapping->kits())
                    : command.part == "aliases"  ? flows::write_aliases_csv(mapping->aliases())
                                                 : flows::write_mapping_csv(mapping->rows());
  if (context.output.is_json()) {
    json::Value result;
    result.set("part", command.part);
    result.set("csv", csv);
    context.output.result(result, "");
  } else {
    context.output.raw(csv);
  }
  return ExitCode::done;
}

}  // namespace connector::app::commands
