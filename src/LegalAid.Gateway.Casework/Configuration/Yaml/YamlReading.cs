using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Faults;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace LegalAid.Gateway.Casework.Configuration.Yaml;

/// <summary>
/// Reads one YAML document into nodes with places. It stands on the parser's events and not on YamlDotNet's own node tree, since that
/// one resolves aliases silently, stops at the first repeated key and has no bound on depth: here each is a fault with its place.
/// What is not refused is the part of YAML that is also JSON, written with indentation: mappings, lists, scalars, comments.
/// </summary>
internal sealed class YamlReading
{
    private readonly string _file;
    private readonly ConfigurationOptions _bounds;
    private readonly FaultSink _faults;
    private readonly IParser _parser;
    private int _nodes;
    private bool _aliased;

    private YamlReading(ConfigurationFile file, ConfigurationOptions bounds, FaultSink faults, TextReader reader)
    {
        _file = file.Path;
        _bounds = bounds;
        _faults = faults;
        _parser = new GuardedParser(reader);
    }

    /// <summary>The root, or null where the file cannot be read as YAML; the faults say why. A syntax error ends the file, not the load.</summary>
    public static YamlNode? Read(ConfigurationFile file, ConfigurationOptions bounds, FaultSink faults)
    {
        var start = new YamlPlace(file.Path, 1, 1, "");
        if (file.Text.Length > bounds.FileCharactersMax)
        {
            faults.Add(start, ConfigurationFaults.FileTooLarge, $"{bounds.FileCharactersMax}");
            return null;
        }

        using var reader = new StringReader(file.Text);
        try
        {
            return new YamlReading(file, bounds, faults, reader).ReadDocument(start);
        }
        catch (YamlException syntax)
        {
            var place = start with { Line = (int)Math.Max(1, syntax.Start.Line), Column = (int)Math.Max(1, syntax.Start.Column) };
            faults.Add(place, ConfigurationFaults.YamlSyntax, Shortened(syntax.Message));
            return null;
        }
        catch (BoundReached)
        {
            return null; // its fault is in the sink
        }
    }

    private YamlNode? ReadDocument(YamlPlace start)
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _))
        {
            _faults.Add(start, ConfigurationFaults.YamlEmpty);
            return null;
        }

        _parser.Consume<DocumentStart>();
        var root = ReadNode(start, depth: 1);
        _parser.Consume<DocumentEnd>();
        if (_parser.TryConsume<DocumentStart>(out var second))
        {
            _faults.Add(PlaceOf(second, start), ConfigurationFaults.YamlDocuments);
        }

        return _aliased ? null : root;
    }

    private YamlNode ReadNode(YamlPlace parent, int depth)
    {
        var next = _parser.Current ?? throw new YamlException("The document ends too early.");
        var place = PlaceOf(next, parent);
        if (depth > _bounds.DepthMax)
        {
            throw Bound(place, ConfigurationFaults.YamlDepth, _bounds.DepthMax);
        }

        if (++_nodes > _bounds.NodesMax)
        {
            throw Bound(place, ConfigurationFaults.YamlNodes, _bounds.NodesMax);
        }

        if (next is NodeEvent { Anchor.IsEmpty: false })
        {
            _faults.Add(place, ConfigurationFaults.YamlAlias);
        }

        if (next is NodeEvent { Tag.IsEmpty: false })
        {
            _faults.Add(place, ConfigurationFaults.YamlTag);
        }

        switch (next)
        {
            case Scalar scalar:
                _parser.MoveNext();
                return new YamlScalar(place, scalar.Value, scalar.Style == ScalarStyle.Plain ? CoreSchema.TypeOf(scalar.Value) : YamlScalarType.Text);
            case SequenceStart:
                return ReadList(place, depth);
            case MappingStart:
                return ReadMapping(place, depth);
            case AnchorAlias:
                _parser.MoveNext();
                _faults.Add(place, ConfigurationFaults.YamlAlias);
                _aliased = true; // what stands here is not known, so nothing is said of the rest
                return new YamlScalar(place, "", YamlScalarType.Text);
            default:
                throw new YamlException(next.Start, next.End, $"{next.GetType().Name} is not expected here.");
        }
    }

    private YamlList ReadList(YamlPlace place, int depth)
    {
        _parser.MoveNext();
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while (!_parser.TryConsume<SequenceEnd>(out _))
        {
            items.Add(ReadNode(place with { Path = $"{place.Path}[{items.Count}]" }, depth + 1));
        }

        return new YamlList(place, items.ToImmutable());
    }

    private YamlMapping ReadMapping(YamlPlace place, int depth)
    {
        _parser.MoveNext();
        var entries = ImmutableArray.CreateBuilder<YamlEntry>();
        var lines = new Dictionary<string, int>(StringComparer.Ordinal);
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            var key = ReadNode(place, depth + 1);
            var text = (key as YamlScalar)?.Text ?? "";
            var at = place.Entry(text, key.Place.Line, key.Place.Column);
            var value = ReadNode(at, depth + 1);
            if (key is not YamlScalar || text.Length == 0)
            {
                _faults.Add(key.Place, ConfigurationFaults.KeyInvalid);
            }
            else if (lines.TryGetValue(text, out var first))
            {
                _faults.Add(at, ConfigurationFaults.KeyTwice, text, $"{first}");
            }
            else
            {
                lines.Add(text, at.Line);
                entries.Add(new YamlEntry(text, at, value));
            }
        }

        return new YamlMapping(place, entries.ToImmutable());
    }

    private YamlPlace PlaceOf(ParsingEvent node, YamlPlace parent) =>
        new(_file, (int)node.Start.Line, (int)node.Start.Column, parent.Path);

    private BoundReached Bound(YamlPlace place, FaultCode code, int bound)
    {
        _faults.Add(place, code, $"{bound}");
        return new BoundReached();
    }

    private static string Shortened(string message) => message.Length <= 200 ? message : message[..200];

    /// <summary>Unwinds the reading of one file; never leaves <see cref="Read"/>.</summary>
    private sealed class BoundReached : Exception;
}
