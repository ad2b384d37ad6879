using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Eligibility;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Configuration.Agencies;

/// <summary>Reads the <c>connectors</c> of an agency's file: how it is asked for facts.</summary>
/// <param name="whole">The vocabulary could be read whole, so that a fact which is not in it is not there.</param>
/// <param name="roots">The files of the configuration, for descriptor sets.</param>
internal sealed class ConnectorForm(FactVocabulary vocabulary, bool whole, bool plainText, IReadOnlyDictionary<string, YamlNode?> roots, FaultSink faults)
{
    public const string Key = "connectors", DescriptorsEnding = ".protoset.json";

    private const int DescriptorsCharactersMax = 1024 * 1024;

    private const int ConnectorsMax = 10, DocumentKindsMax = 8;
    private const int AnswerKibibytesDefault = 1024, AnswerKibibytesMax = 16 * 1024;

    private static readonly TimeSpan TimeoutDefault = TimeSpan.FromSeconds(10), TimeoutMin = TimeSpan.FromMilliseconds(100), TimeoutMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan AnswersWithinMin = TimeSpan.FromMinutes(1), AnswersWithinMax = TimeSpan.FromDays(30);

    private static readonly Dictionary<string, ConnectorKind> Kinds = new(StringComparer.Ordinal)
    {
        ["http"] = ConnectorKind.Http, ["soap"] = ConnectorKind.Soap, ["grpc"] = ConnectorKind.Grpc, ["file"] = ConnectorKind.File, ["mailbox"] = ConnectorKind.Mailbox,
    };

    private static readonly ImmutableSortedDictionary<PersonDocumentKind, string> NoCodes = ImmutableSortedDictionary<PersonDocumentKind, string>.Empty;

    private string _agency = "";

    /// <summary>The connectors of one agency; those with a fault are left out, with their faults.</summary>
    /// <param name="kind">The agency's; null where it was wrong, and then nobody says which facts are foreign to it.</param>
    public ImmutableArray<FactConnector> Read(YamlNode? node, string agency, string? kind)
    {
        _agency = agency;
        var ids = new List<Word>();
        var connectors = MapReader.ItemsOf(node, faults, 1, ConnectorsMax, item =>
        {
            var map = MapReader.Open(item, faults);
            if (map is null)
            {
                return null;
            }

            var id = map.Name("id");
            ids.AddRange(id is null ? [] : [id]);
            var (connector, known) = Read(map, id, kind);
            if (known)
            {
                map.Close();
            }

            return connector;
        });
        MapReader.Once([.. ids], faults);
        return connectors;
    }

    /// <summary>The connector, and whether its kind is known: without it nobody says which keys there are.</summary>
    private (FactConnector? Connector, bool Known) Read(MapReader map, Word? id, string? agencyKind)
    {
        if (map.Choice("kind", Kinds) is not { } kind)
        {
            return (null, Known: false);
        }

        var before = faults.Count;
        var requests = new ConnectorRequestForm(faults);
        var unconnected = kind is ConnectorKind.File or ConnectorKind.Mailbox; // nothing is connected to, nobody proves anything and no attempt is made again
        var (wire, rest) = unconnected ? (null, null) : ReadWire(map);
        var call = kind switch
        {
            ConnectorKind.Http => requests.Http(map.Require("request"), rest),
            ConnectorKind.Soap => requests.Soap(map.Require("request"), rest),
            ConnectorKind.Grpc => requests.Grpc(map.Require("request"), map.Find("address"), rest, FindDescriptors),
            ConnectorKind.File => requests.File(map.Require("request")),
            ConnectorKind.Mailbox => ConnectorRequestForm.Mailbox(map),
            _ => null,
        };
        var authentication = unconnected ? new ConnectorAuthentication.None() : new ConnectorAuthenticationForm(plainText, faults).Read(map.Find("auth"));
        if (call is not null)
        {
            requests.CheckSecret(map, authentication);
        }

        var answers = new ConnectorAnswerForm(vocabulary, whole, agencyKind, LanguageOf(kind), faults);
        var reading = kind == ConnectorKind.Mailbox ? answers.ReadNamed(map) : answers.Read(map);
        var documents = kind == ConnectorKind.Mailbox ? NoCodes : ReadDocumentCodes(map.Find("document-kinds"));
        var timeout = !unconnected && map.Find("timeout") is { } given ? ScalarForms.Duration(given, faults, TimeoutMin, TimeoutMax) : TimeoutDefault;
        var within = kind == ConnectorKind.File && map.Find("answers-within") is { } wait ? ScalarForms.Duration(wait, faults, AnswersWithinMin, AnswersWithinMax)
            : call is ConnectorCall.Mailbox mailbox ? mailbox.WaitMax
            : FactConnector.AnswersWithinDefault;
        var answer = kind != ConnectorKind.Mailbox && map.Find("answer-kibibytes-max") is { } most ? ScalarForms.Number(most, faults, 1, AnswerKibibytesMax) : AnswerKibibytesDefault;
        var pace = unconnected ? ConnectorPace.Default : ConnectorPaceForm.Read(map.Find("pace"), faults);
        return id is null || call is null || (wire is null && !unconnected) || authentication is null || timeout is null || within is null || answer is null || faults.Count > before
            ? (null, Known: true)
            : (new FactConnector
            {
                Id = id.Text,
                Call = call,
                Wire = wire,
                Authentication = authentication,
                Timeout = timeout.Value,
                AnswersWithin = within.Value,
                AnswerBytesMax = answer.Value * 1024,
                Pace = pace,
                Reading = reading,
                DocumentCodes = documents,
            }, Known: true);
    }

    /// <summary>The descriptor set of an agency's folder, <c>agencies/{agency}/{name}.protoset.json</c>: <c>{ "base64": … }</c>.</summary>
    private ConnectorDescriptors? FindDescriptors(Word name)
    {
        var path = $"agencies/{_agency}/{name.Text}{DescriptorsEnding}";
        if (!roots.TryGetValue(path, out var root))
        {
            faults.Add(name.At, ConfigurationFaults.FileMissing, path);
            return null;
        }

        var map = MapReader.Open(root, faults);
        var text = ScalarForms.Block(map?.Require("base64"), faults, DescriptorsCharactersMax);
        map?.Close();
        if (text is null)
        {
            return null;
        }

        var bytes = new byte[text.Text.Length];
        if (!Convert.TryFromBase64String(text.Text, bytes, out var length))
        {
            faults.Add(text.At, ConnectorConfigurationFaults.DescriptorsInvalid, "base64");
            return null;
        }

        return new ConnectorDescriptors(path, [.. bytes.AsSpan(0, length)]);
    }

    private static AnswerLanguage LanguageOf(ConnectorKind kind) => kind switch
    {
        ConnectorKind.Soap => AnswerLanguage.Xml,
        ConnectorKind.File => AnswerLanguage.Columns,
        _ => AnswerLanguage.Json,
    };

    /// <summary>The address up to its host, with what is connected to; and the path, which may have placeholders.</summary>
    private (ConnectorWire? Wire, PlaceholderText? Path) ReadWire(MapReader map)
    {
        var address = map.Text("address", 500);
        var networks = ChannelForm.Networks(map, "allowed-addresses");
        var (certificate, authority) = (map.OptionalName("certificate"), map.OptionalName("authority"));
        if (address is null)
        {
            return (null, null);
        }

        var text = address.Text;
        var host = text.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? text.IndexOf('/', scheme + 3) : -1;
        var (origin, path) = host < 0 ? (text, "") : (text[..host], text[host..]);
        var template = ConnectorRequestForm.Placed(path, address.At, faults);
        var bare = template?.Fill(_ => "x") is { } filled ? address with { Text = origin + filled } : null;
        return ChannelForm.Address(bare, plainText, faults) is null || !Uri.TryCreate(origin, UriKind.Absolute, out var uri)
            ? (null, template)
            : (new ConnectorWire(uri, new EquatableList<string>(networks), certificate?.Text, authority?.Text), template);
    }

    private ImmutableSortedDictionary<PersonDocumentKind, string> ReadDocumentCodes(YamlNode? node)
    {
        var codes = ImmutableSortedDictionary.CreateBuilder<PersonDocumentKind, string>();
        if (MapReader.Open(node, faults) is not { } map)
        {
            return codes.ToImmutable();
        }

        foreach (var (name, kind) in DocumentKinds.ByName)
        {
            if (map.OptionalText(name, 50) is { } code)
            {
                codes[kind] = code.Text;
            }
        }

        map.Close();
        if (map.Node.Entries.Length is 0 or > DocumentKindsMax)
        {
            faults.Add(map.Node, ConfigurationFaults.ListLength, "1", $"{DocumentKindsMax}");
        }

        return codes.ToImmutable();
    }

    private enum ConnectorKind
    {
        Http,
        Soap,
        Grpc,
        File,
        Mailbox,
    }
}
