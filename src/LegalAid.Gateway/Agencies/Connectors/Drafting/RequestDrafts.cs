using System.Security;

namespace LegalAid.Gateway.Agencies.Connectors.Drafting;

/// <summary>Writes <c>request</c> of a connector over HTTP.</summary>
internal sealed class HttpRequestDraft(DraftText text, ForeignCall call)
{
    public void Write()
    {
        var start = text.ToString().Length;
        text.Line(4, "request:");
        if (call.Method != "POST")
        {
            text.Line(6, $"method: {call.Method}");
        }

        WriteNamed("query", call.Query, inAddress: true);
        WriteNamed("headers", call.Headers, inAddress: false);
        switch (call.Request)
        {
            case ForeignShape.Map { Members.IsEmpty: false } map when call.IsForm:
                text.Line(6, map.Members.All(IsLeftOut) ? "body: {}" : "form:", map.Members.All(IsLeftOut) ? "表单字段都没有把握：填写后改为 form · no field of the form is certain: fill them in, and make it form" : "");
                map.Members.ToList().ForEach(member => WriteLine(8, member, member.Shape, asForm: true));
                break;
            case ForeignShape.Map { Members.IsEmpty: false } map:
                text.Line(6, $"body:{(map.Members.All(IsLeftOut) ? " {}" : "")}");
                map.Members.ToList().ForEach(member => WriteMember(8, member));
                break;
            case ForeignShape.List list:
                text.Line(6, "body:");
                WriteItem(8, list.Item);
                break;
            case ForeignShape.Value value when (FieldGuess.Of("", value) ?? value.Example) is { Length: > 0 } content:
                text.Line(6, $"body: {DraftText.Quoted(content)}", value.Description);
                break;
            default:
                if (text.ToString().Length == start + "    request:\n".Length)
                {
                    text.Line(6, "body: {}", call.Request?.Description ?? "");
                }

                break;
        }
    }

    private void WriteNamed(string key, IReadOnlyCollection<ForeignMember> members, bool inAddress)
    {
        var (open, known) = (false, members.Select(member => (Member: member, Value: member.Shape as ForeignShape.Value ?? new ForeignShape.Value("string", "", "", [], null, member.Shape.Description))));
        foreach (var (member, value) in known)
        {
            var guess = FieldGuess.Of(member.Name, value)?.Replace(":number", "", StringComparison.Ordinal);
            var refused = inAddress && guess is not null && FieldGuess.IsPersonal(guess);
            if (!open)
            {
                text.Line(6, $"{key}:{(members.All(other => Left(other, inAddress)) ? " {}" : "")}");
                open = true;
            }

            var line = $"{DraftText.Quoted(member.Name)}: {DraftText.Quoted(guess ?? DraftText.OneLine(value.Example))}";
            if (refused)
            {
                text.Line(8, "", $"{line} # 个人信息不得写入地址：请该机构提供以请求体查询的接口 · nothing of a person in an address: ask the agency for a call that takes it in the body");
            }
            else
            {
                text.Line(8, Left(member, inAddress) ? "" : line, Left(member, inAddress) ? $"{line} # {value.Description}" : value.Description);
            }
        }
    }

    /// <summary>Whether a member stands as a comment only.</summary>
    private static bool Left(ForeignMember member, bool inAddress)
    {
        var value = member.Shape as ForeignShape.Value;
        var guess = value is null ? null : FieldGuess.Of(member.Name, value);
        return (inAddress && guess is not null && FieldGuess.IsPersonal(guess)) || (guess is null && !member.Required && value is not { IsGiven: true, Example.Length: > 0 });
    }

    /// <summary>Whether nothing stands for it: members that hold others stand whatever they hold.</summary>
    private static bool IsLeftOut(ForeignMember member) => member.Shape is not (ForeignShape.Map { Members.IsEmpty: false } or ForeignShape.List) && Left(member, inAddress: false);

    private void WriteMember(int indent, ForeignMember member)
    {
        switch (member.Shape)
        {
            case ForeignShape.Map { Members.IsEmpty: false } map:
                text.Line(indent, $"{DraftText.Quoted(member.Name)}:{(map.Members.All(IsLeftOut) ? " {}" : "")}", map.Description);
                map.Members.ToList().ForEach(child => WriteMember(indent + 2, child));
                break;
            case ForeignShape.List list:
                text.Line(indent, $"{DraftText.Quoted(member.Name)}:", list.Description);
                WriteItem(indent + 2, list.Item);
                break;
            default:
                WriteLine(indent, member, member.Shape, asForm: false);
                break;
        }
    }

    private void WriteItem(int indent, ForeignShape item)
    {
        switch (item)
        {
            case ForeignShape.Map { Members.IsEmpty: false } map when map.Members.Any(child => !Left(child, inAddress: false)):
                text.Line(indent, "-");
                map.Members.ToList().ForEach(child => WriteMember(indent + 2, child));
                break;
            case ForeignShape.Value value:
                text.Line(indent, $"- {Scalar(value, FieldGuess.Of("", value), asForm: false)}", value.Description);
                break;
            default:
                text.Line(indent, "- {}", item.Description);
                break;
        }
    }

    private void WriteLine(int indent, ForeignMember member, ForeignShape shape, bool asForm)
    {
        var value = shape as ForeignShape.Value ?? new ForeignShape.Value("object", "", "", [], null, shape.Description);
        var guess = FieldGuess.Of(member.Name, value);
        var line = $"{DraftText.Quoted(member.Name)}: {Scalar(value, asForm ? guess?.Replace(":number", "", StringComparison.Ordinal) : guess, asForm)}";
        var said = $"{value.Type}{(value.Format.Length > 0 ? $" {value.Format}" : "")}{(value.Codes.IsEmpty ? "" : $" [{string.Join(", ", value.Codes.Take(10))}]")} {value.Description}";
        var left = guess is null && !member.Required && !(value.IsGiven && value.Example.Length > 0);
        text.Line(indent, left ? "" : line, left ? $"{line} # {said}" : guess is not null ? value.Description : $"核对 · check: {said}");
    }

    /// <summary>A guess; else what the document gives; else the least of its type.</summary>
    private static string Scalar(ForeignShape.Value value, string? guess, bool asForm) =>
        guess is not null ? $"\"{guess}\""
        : asForm || value.Type is not ("integer" or "number" or "boolean" or "object" or "array") ? DraftText.Quoted(value.Example.Length > 0 ? value.Example : value.Codes.FirstOrDefault() ?? "")
        : value.Example.Length > 0 ? value.Example
        : value.Type switch { "boolean" => "false", "object" => "{}", "array" => "[]", _ => "0" };
}

/// <summary>Writes <c>request</c> and <c>namespaces</c> of a connector over SOAP.</summary>
internal sealed class SoapRequestDraft(DraftText text, ForeignEnvelope envelope)
{
    private readonly XmlPrefixes _prefixes = XmlPrefixes.Of(envelope);

    public void Write(ForeignShape? request)
    {
        var soap = envelope.Version == "1.2" ? "http://www.w3.org/2003/05/soap-envelope" : "http://schemas.xmlsoap.org/soap/envelope/";
        text.Line(4, "request:").Line(6, $"soap: \"{envelope.Version}\"");
        if (envelope.Action.Length > 0)
        {
            text.Line(6, $"action: {DraftText.Quoted(envelope.Action)}");
        }

        text.Line(6, "xml: |");
        text.Line(8, $"<s:Envelope xmlns:s=\"{soap}\"{string.Concat(_prefixes.All.Select(entry => $" xmlns:{entry.Prefix}=\"{SecurityElement.Escape(entry.Namespace)}\""))}>");
        text.Line(10, "<s:Body>");
        WriteElement(12, envelope.Root with { Shape = request ?? envelope.Root.Shape });
        text.Line(10, "</s:Body>").Line(8, "</s:Envelope>");
        text.Line(4, "namespaces:").Line(6, $"s: {soap}");
        foreach (var (prefix, space) in _prefixes.All)
        {
            text.Line(6, $"{prefix}: {DraftText.Quoted(space)}");
        }
    }

    private void WriteElement(int indent, ForeignMember member)
    {
        var name = _prefixes.Name(member);
        var shape = member.Shape is ForeignShape.List list ? list.Item : member.Shape;
        if (shape is not ForeignShape.Map { Members.IsEmpty: false } map)
        {
            var value = shape as ForeignShape.Value;
            var filled = value is null ? null : FieldGuess.Of(member.Name, value)?.Replace(":number", "", StringComparison.Ordinal) ?? (value.Example.Length > 0 ? value.Example : null);
            if (filled is not null || member.Required)
            {
                text.Line(indent, $"<{name}>{SecurityElement.Escape(filled ?? "")}</{name}>{Comment(filled is null || value is { Description.Length: > 0 } ? shape.Description : "")}");
            }
            else
            {
                text.Line(indent, Comment($"{name}: {value?.Type} {shape.Description}").TrimStart());
            }

            return;
        }

        var attributes = string.Concat(map.Members.Where(child => child.IsAttribute && (child.Required || Guess(child) is not null)).Select(child => $" {child.Name}=\"{SecurityElement.Escape(Guess(child) ?? "")}\""));
        text.Line(indent, $"<{name}{attributes}>{Comment(map.Description)}");
        foreach (var child in map.Members.Where(child => !child.IsAttribute))
        {
            WriteElement(indent + 2, child);
        }

        text.Line(indent, $"</{name}>");
    }

    private static string? Guess(ForeignMember member) => member.Shape is ForeignShape.Value value ? FieldGuess.Of(member.Name, value) ?? (value.Example.Length > 0 ? value.Example : null) : null;

    /// <summary>A comment of XML has no two hyphens and no placeholder.</summary>
    private static string Comment(string said) => said.Length == 0 ? "" : $" <!-- {DraftText.OneLine(said).Replace("--", "- -", StringComparison.Ordinal).Replace("{{", "{ {", StringComparison.Ordinal).TrimEnd('-')} -->";
}
