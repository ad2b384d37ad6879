using System.Text.Json.Nodes;

namespace LegalAid.Gateway.Api.OpenApi;

/// <summary>What the OpenAPI document says of the routes that carry documents as bytes: they have no proto form to be written from.</summary>
internal static class OpenApiDocuments
{
    private const string One = "/v1/exchanges/{exchange}/uploads/{upload}";
    private const string Bytes = "application/octet-stream";
    private const string Piece = "application/offset+octet-stream";

    public static void Add(JsonObject paths, IReadOnlyList<int> problems)
    {
        Put("/v1/exchanges/{exchange}/attachments/{attachment}:download", "get", "downloadAttachment", "下载文书 Sends a document's bytes, or one range of them (RFC 9110).",
            ["Range", "If-Range", "If-None-Match"], body: null, ("200", "The document.", Bytes), ("206", "The range.", Bytes), ("304", "It is the one held.", null),
            ("416", "The range is not within the document.", "application/problem+json"));
        Put("/v1/exchanges/{exchange}/uploads", "post", "beginUpload", "开始续传 Announces a document that will come in pieces (tus 1.0.0, creation).",
            ["Tus-Resumable", "Upload-Length", "Upload-Metadata", "Repr-Digest", "Idempotency-Key"], body: null, ("201", "Location names the upload.", null));
        Put(One, "head", "findUpload", "查询进度 Says where an upload stands, in Upload-Offset.", ["Tus-Resumable"], body: null, ("200", "It is under way or complete.", null));
        Put(One, "patch", "appendUpload", "上传一段 Sends bytes from Upload-Offset on; the last of them commits the document.",
            ["Tus-Resumable", "Upload-Offset", "Content-Digest", "Repr-Digest"], Piece, ("204", "Upload-Offset says where it stands now.", null));
        Put(One, "delete", "cancelUpload", "放弃上传 Gives an upload up (tus termination).", ["Tus-Resumable"], body: null, ("204", "It is gone.", null));

        void Put(
            string path, string verb, string id, string summary, string[] headers, string? body, params (string Status, string Description, string? Type)[] answers)
        {
            var responses = new JsonObject();
            foreach (var problem in problems)
            {
                responses[$"{problem}"] = new JsonObject { ["$ref"] = "#/components/responses/Problem" };
            }

            foreach (var (status, description, type) in answers)
            {
                responses[status] = Content(new JsonObject { ["description"] = description }, type);
            }

            var operation = new JsonObject
            {
                ["operationId"] = $"Documents_{id}",
                ["tags"] = new JsonArray("AttachmentService"),
                ["summary"] = summary,
                ["description"] = $"{summary} See docs/documents.md.",
                ["parameters"] = new JsonArray(
                [
                    .. path.Split('{').Skip(1).Select(part => Parameter(part.Split('}')[0], "path", required: true)),
                    .. headers.Select(name => Parameter(name, "header", required: name is "Tus-Resumable" or "Upload-Length" or "Upload-Offset")),
                ]),
                ["responses"] = responses,
            };
            if (body is not null)
            {
                operation["requestBody"] = Content(new JsonObject { ["required"] = true }, body);
            }

            var item = paths[path] as JsonObject ?? [];
            paths[path] ??= item;
            item[verb] = operation;
        }
    }

    private static JsonObject Content(JsonObject of, string? type)
    {
        if (type is not null)
        {
            of["content"] = new JsonObject { [type] = new JsonObject { ["schema"] = new JsonObject { ["type"] = "string", ["format"] = "binary" } } };
        }

        return of;
    }

    private static JsonNode Parameter(string name, string place, bool required) => new JsonObject
    {
        ["name"] = name, ["in"] = place, ["required"] = required, ["schema"] = new JsonObject { ["type"] = "string" },
    };
}
