using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration.Yaml;

namespace LegalAid.Gateway.Casework.Configuration.Types;

/// <summary>Checks paths: into a step's payload, and into the view, whose sections are the payloads that steps put there.</summary>
internal sealed class TypePaths
{
    private readonly TypeDraft _type;
    private readonly FaultSink _faults;
    private readonly Dictionary<StepDraft, IPayloadSchema> _schemas = [];
    private readonly ILookup<string, StepDraft> _puts;

    /// <summary>Finds each step's schema; a fault where there is none.</summary>
    public TypePaths(TypeDraft type, IPayloadSchemas schemas, FaultSink faults)
    {
        _type = type;
        _faults = faults;
        _puts = type.Steps.Where(step => step.Section is not null && step.ChangeFrom is null).ToLookup(step => step.Section!.Text, StringComparer.Ordinal); // filtered just before
        foreach (var step in type.Steps.Where(step => step.Payload is not null))
        {
            if (step.Payload is { } name && schemas.Find(name.Text) is { } schema)
            {
                _schemas.Add(step, schema);
            }
            else if (step.Payload is { } unknown)
            {
                faults.Add(unknown.At, ExchangeTypeFaults.SchemaUnknown, unknown.Text);
            }
        }
    }

    public bool CheckSection(Word? section)
    {
        if (section is null || _puts.Contains(section.Text))
        {
            return section is not null;
        }

        _faults.Add(section.At, ExchangeTypeFaults.SectionUnknown, section.Text);
        return false;
    }

    /// <summary>A path into the payload of a step.</summary>
    public void CheckPayload(StepDraft step, Word path)
    {
        if (!PayloadPath.TryParse(path.Text, out var parsed))
        {
            _faults.Add(path.At, ExchangeTypeFaults.PathInvalid);
        }
        else if (_schemas.TryGetValue(step, out var schema) && !schema.HasField(parsed))
        {
            _faults.Add(path.At, ExchangeTypeFaults.PathUnknown, path.Text, schema.Name);
        }
    }

    /// <summary>Whether a message, and no single value, stands at the path of the step's payload.</summary>
    public bool IsMessage(StepDraft step, Word path) =>
        PayloadPath.TryParse(path.Text, out var parsed) && _schemas.TryGetValue(step, out var schema) && schema.NameAt(parsed) is not null;

    /// <summary>Whether what stands at the path of one step's payload is the payload of another. True where either is unknown, which is told elsewhere.</summary>
    public bool HasPayloadAt(StepDraft step, Word path, StepDraft other) =>
        !PayloadPath.TryParse(path.Text, out var parsed) || !_schemas.TryGetValue(step, out var schema) || !_schemas.TryGetValue(other, out var wanted)
        || !schema.HasField(parsed) || schema.NameAt(parsed) == wanted.Name;

    /// <summary>A path into the view, <c>section.field…</c>: every step that puts the section must have the field.</summary>
    public bool CheckView(Word path)
    {
        if (!PayloadPath.TryParse(path.Text, out var parsed) || parsed.Fields.Count < 2)
        {
            _faults.Add(path.At, ExchangeTypeFaults.PathInvalid);
            return false;
        }

        if (!CheckSection(new Word(parsed.Fields[0], path.At)))
        {
            return false;
        }

        foreach (var step in _puts[parsed.Fields[0]])
        {
            if (step.AppendMax is not null)
            {
                _faults.Add(path.At, ExchangeTypeFaults.PathInvalid); // a list, and no path leads into one
                return false;
            }

            if (_schemas.TryGetValue(step, out var schema) && !schema.HasField(parsed.Tail))
            {
                _faults.Add(path.At, ExchangeTypeFaults.PathUnknown, parsed.Tail.ToString(), schema.Name);
                return false;
            }
        }

        return true;
    }

    /// <summary>A path into the view that must have a value from the opening on.</summary>
    public void CheckFromOpening(Word path)
    {
        if (_type.Opening is { Section: { } section, ChangeFrom: null } && !path.Text.StartsWith(section.Text + ".", StringComparison.Ordinal))
        {
            _faults.Add(path.At, ExchangeTypeFaults.SectionLate);
        }
    }

    public void WarnOfUnread(HashSet<string> read, FaultSink warnings)
    {
        foreach (var section in _puts.Where(section => !read.Contains(section.Key)))
        {
            if (section.First().Section is { } word)
            {
                warnings.Add(word.At, ExchangeTypeFaults.SectionUnread, word.Text);
            }
        }
    }
}
