using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Configuration.Agencies;

/// <summary>Reads what a connector sends: <c>request</c>, with its templates.</summary>
internal sealed class ConnectorRequestForm(FaultSink faults)
{
    private const int NamesMax = 30, BodyCharactersMax = 50_000;

    private static readonly Dictionary<string, bool> Methods = new(StringComparer.Ordinal) { ["GET"] = false, ["POST"] = true };

    private static readonly Dictionary<string, SoapVersion> Versions = new(StringComparer.Ordinal)
    {
        ["1.1"] = SoapVersion.Soap11, ["1.2"] = SoapVersion.Soap12, ["none"] = SoapVersion.None,
    };

    private static readonly Dictionary<string, BatchForm> Forms = new(StringComparer.Ordinal) { ["csv"] = BatchForm.Csv, ["xml"] = BatchForm.Xml };

    private static readonly Dictionary<string, EncodingName> Encodings = new(StringComparer.Ordinal) { ["utf-8"] = new("utf-8"), ["gb18030"] = new("gb18030") };

    private readonly List<PlaceholderText> _texts = [];

    public ConnectorCall? Http(YamlNode? node, PlaceholderText? path)
    {
        if (MapReader.Open(node, faults) is not { } map)
        {
            return null;
        }

        var posts = map.Find("method") is null || (map.Choice("method", Methods) ?? true);
        var query = Named(map.Find("query"), name => name.Length <= 64, inAddress: true);
        var headers = Headers(map);
        var body = ReadBody(map);
        if (!posts && body is not null)
        {
            faults.Add(map.Find("body") ?? map.Find("form") ?? map.Node, ConnectorConfigurationFaults.BodyOfGet);
        }

        map.Close();
        return path is null ? null : new ConnectorCall.Http(posts ? "POST" : "GET", path, query, headers, body);
    }

    public ConnectorCall? Soap(YamlNode? node, PlaceholderText? path)
    {
        if (MapReader.Open(node, faults) is not { } map)
        {
            return null;
        }

        var version = map.Find("soap") is null ? SoapVersion.Soap11 : map.Choice("soap", Versions);
        var action = ScalarForms.Text(map.Find("action"), faults, 300, min: 0);
        if (action?.Text.Contains('"', StringComparison.Ordinal) == true)
        {
            faults.Add(action.At, ServiceConfigurationFaults.HeaderInvalid); // it stands in quotes
        }

        var headers = Headers(map);
        var body = ReadXml(map.Require("xml"));
        map.Close();
        return path is null || version is null || body is null ? null : new ConnectorCall.Soap(version.Value, action?.Text, path, headers, body);
    }

    /// <param name="address">Of the server alone: a call's path is its service and method.</param>
    public ConnectorCall? Grpc(YamlNode? node, YamlNode? address, PlaceholderText? path, Func<Word, ConnectorDescriptors?> find)
    {
        if (path is not null && address is not null && path.ToString() is not ("" or "/"))
        {
            faults.Add(address, AgencyFaults.UrlInvalid);
        }

        if (MapReader.Open(node, faults) is not { } map)
        {
            return null;
        }

        var (service, method) = (map.Text("service"), map.Text("method", 100));
        foreach (var wrong in new[] { service, method }.OfType<Word>().Where(word => !word.Text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '.')))
        {
            faults.Add(wrong.At, ConfigurationFaults.TextCharacters);
        }

        var name = map.OptionalName("descriptors");
        var descriptors = name is null ? null : find(name);
        var headers = Headers(map);
        var message = map.Require("message") is { } at ? ReadJson(at) : null;
        map.Close();
        return service is null || method is null || message is null || (name is not null && descriptors is null) ? null : new ConnectorCall.Grpc(service.Text, method.Text, descriptors, headers, message);
    }

    public ConnectorCall? File(YamlNode? node)
    {
        if (MapReader.Open(node, faults) is not { } map)
        {
            return null;
        }

        var form = map.Choice("form", Forms);
        var columns = Named(map.Require("columns"), IsColumn, inAddress: false);
        var question = map.Text("question-column", 64);
        var encoding = ScalarForms.Choice(map.Find("encoding"), Encodings, faults) ?? default;
        var every = map.Find("every") is { } given ? ScalarForms.Duration(given, faults, TimeSpan.FromSeconds(1), TimeSpan.FromHours(24)) : TimeSpan.FromHours(1);
        var most = map.Find("questions-max") is { } number ? ScalarForms.Number(number, faults, 1, 50_000) : 1_000;
        if (!columns.IsEmpty && columns.All(column => !column.Value.Used.Contains(Placeholder.QuestionId)))
        {
            faults.Add(map.Find("columns") ?? map.Node, ConnectorConfigurationFaults.QuestionMissing);
        }

        map.Close();
        return form is null || columns.IsEmpty || question is null || every is null || most is null ? null : new ConnectorCall.File(form.Value, columns, question.Text, encoding.Name ?? "utf-8", every.Value, most.Value);
    }

    /// <summary>There is no request to describe: only by when it is to be answered.</summary>
    public static ConnectorCall? Mailbox(MapReader map) =>
        map.Find("answer-within") is null ? new ConnectorCall.Mailbox(ConnectorCall.Mailbox.AnswerTimes["10wd"])
        : map.Choice("answer-within", ConnectorCall.Mailbox.AnswerTimes) is { } within ? new ConnectorCall.Mailbox(within)
        : null;

    /// <summary>A name that an element may have too.</summary>
    private static bool IsColumn(string name) => name.Length is > 0 and <= 64 && char.IsLetter(name[0]) && name.All(c => char.IsLetterOrDigit(c) || c is '-' or '_' or '.');

    /// <summary>The placeholder <c>secret</c> needs a secret, and one that is named has its place.</summary>
    public void CheckSecret(MapReader map, ConnectorAuthentication? authentication)
    {
        if (authentication is not null && _texts.Any(text => text.Used.Contains(Placeholder.Secret)) != authentication is ConnectorAuthentication.InRequest)
        {
            faults.Add(map.Find("auth") ?? map.Node, ConnectorConfigurationFaults.SecretMisplaced);
        }
    }

    /// <summary>A text that becomes part of an address.</summary>
    public static PlaceholderText? Placed(string text, YamlNode at, FaultSink faults)
    {
        var template = Parsed(text, at, faults);
        if (template?.Used.All(placeholder => placeholder.MayStandInAddress()) == false)
        {
            faults.Add(at, ConnectorConfigurationFaults.PersonInAddress);
            return null;
        }

        return template;
    }

    private static PlaceholderText? Parsed(string text, YamlNode at, FaultSink faults)
    {
        var template = PlaceholderText.TryParse(text, out _);
        if (template is null)
        {
            faults.Add(at, ConnectorConfigurationFaults.PlaceholderInvalid, string.Join(", ", Placeholders.ByName.Keys));
        }

        return template;
    }

    private PlaceholderText? Kept(PlaceholderText? text)
    {
        if (text is not null)
        {
            _texts.Add(text);
        }

        return text;
    }

    private ImmutableArray<NamedText> Headers(MapReader map) => Named(map.Find("headers"), HeaderForm.MayCarry, inAddress: false);

    private ImmutableArray<NamedText> Named(YamlNode? node, Func<string, bool> fits, bool inAddress)
    {
        var named = ImmutableArray.CreateBuilder<NamedText>();
        if (MapReader.Open(node, faults) is not { } map)
        {
            return [];
        }

        if (map.Node.Entries.Length > NamesMax)
        {
            faults.Add(map.Node, ConfigurationFaults.ListLength, "0", $"{NamesMax}");
        }

        foreach (var entry in map.Node.Entries.Take(NamesMax))
        {
            if (!fits(entry.Key))
            {
                faults.Add(entry.Place, ServiceConfigurationFaults.HeaderInvalid);
            }

            var word = ScalarForms.Text(entry.Value, faults, 2000, min: 0);
            var text = word is null ? null : Kept(inAddress ? Placed(word.Text, word.At, faults) : Parsed(word.Text, word.At, faults));
            if (text is not null)
            {
                named.Add(new NamedText(entry.Key, text));
            }
        }

        return named.ToImmutable();
    }

    private ImmutableArray<(string Name, TextTemplate Value)> ReadFields(YamlNode node)
    {
        if (MapReader.Open(node, faults) is not { } map)
        {
            return [];
        }

        if (map.Node.Entries.Length is 0 or > NamesMax)
        {
            faults.Add(map.Node, ConfigurationFaults.ListLength, "1", $"{NamesMax}");
        }

        var fields = ImmutableArray.CreateBuilder<(string, TextTemplate)>();
        foreach (var entry in map.Node.Entries.Take(NamesMax))
        {
            if (ScalarForms.Text(entry.Value, faults, BodyCharactersMax, min: 0) is { } word && Whole(TextTemplate.TryParse(word.Text, out var fault), fault, word.At, text => text.Texts()) is { } value)
            {
                fields.Add((entry.Key, value));
            }
        }

        return fields.ToImmutable();
    }

    private HttpBody? ReadBody(MapReader map)
    {
        var (body, form) = (map.Find("body"), map.Find("form"));
        if (body is not null && form is not null)
        {
            faults.Add(map.Node, ConfigurationFaults.EitherOr, "body, form");
            return null;
        }

        return form is not null ? new HttpBody.Form(ReadFields(form))
            : body is not null && ReadJson(body) is { } json ? new HttpBody.Json(json)
            : null;
    }

    /// <summary>A JSON value: as YAML, or as JSON in one text.</summary>
    public JsonTemplate? ReadJson(YamlNode node)
    {
        if (node is not YamlScalar { Type: YamlScalarType.Text })
        {
            return Whole(JsonTemplate.Of(YamlJson.Of(node), out var fault), fault, node, json => json.Texts());
        }

        return ScalarForms.Block(node, faults, BodyCharactersMax) is { } block ? Whole(JsonTemplate.TryParse(block.Text, out var wrong), wrong, node, json => json.Texts()) : null;
    }

    private XmlTemplate? ReadXml(YamlNode? node) =>
        ScalarForms.Block(node, faults, BodyCharactersMax) is { } block ? Whole(XmlTemplate.TryParse(block.Text, out var wrong), wrong, block.At, xml => xml.Texts()) : null;

    private T? Whole<T>(T? template, string fault, YamlNode at, Func<T, IEnumerable<PlaceholderText>> texts)
        where T : class
    {
        if (template is not null)
        {
            _texts.AddRange(texts(template));
        }
        else if (fault.Length == 0)
        {
            faults.Add(at, ConnectorConfigurationFaults.PlaceholderInvalid, string.Join(", ", Placeholders.ByName.Keys));
        }
        else
        {
            faults.Add(at, ConnectorConfigurationFaults.BodyInvalid, OneLine(fault));
        }

        return template;
    }

    /// <summary>A library's message, of a text that an operator wrote himself.</summary>
    public static string OneLine(string message) => IdentifierText.IsWellFormed(message) ? message.ReplaceLineEndings(" ")[..Math.Min(message.Length, 200)] : "";

    private readonly record struct EncodingName(string? Name);
}
