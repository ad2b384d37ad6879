using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration.Agencies;
using LegalAid.Gateway.Casework.Configuration.Yaml;

namespace LegalAid.Gateway.Casework.Configuration.Types;

/// <summary>Reads <c>exchange-types/{id}.yaml</c>: its form. What it means is checked by <see cref="TypeRules"/>.</summary>
internal static class TypeFile
{
    private const int RolesMax = 20, StatesMax = 60, StepsMax = 100, ClocksMax = 60, VariantsMax = 40, ListMax = 40, KindsMax = 40, RetentionDaysMax = 36_500, AppendMaxMax = 200;

    /// <summary>Audit is kept three years at least (domain reference, section 9).</summary>
    private const int AuditDaysMin = 1_095;

    public static TypeDraft? Read(YamlNode root, string fileName, FaultSink faults)
    {
        var map = MapReader.Open(root, faults);
        if (map is null)
        {
            return null;
        }

        var draft = new TypeDraft(
            map.Node,
            AgencyFile.FileId(map, fileName),
            map.Title("title"),
            map.List("legal-basis", 1, ListMax, node => MapReader.BasisOf(node, faults)),
            Many(map, "roles", 1, RolesMax, ReadRole),
            Many(map, "states", 1, StatesMax, ReadState),
            map.Names("attachment-kinds", 0, ListMax),
            Many(map, "steps", 1, StepsMax, ReadStep),
            Many(map, "clocks", 0, ClocksMax, ClockForm.Read),
            Many(map, "holds", 0, ListMax, ReadHold),
            Many(map, "search", 0, ListMax, ReadSearch),
            map.OptionalText("case-number"),
            ReadRetention(map),
            ReadReference(map),
            Many(map, "variants", 0, VariantsMax, ReadVariant));
        map.Close();
        return draft;
    }

    /// <summary>A list of mappings.</summary>
    public static ImmutableArray<T> Many<T>(MapReader map, string key, int min, int max, Func<MapReader, T?> read)
        where T : class =>
        map.List(key, min, max, node =>
        {
            var item = MapReader.Open(node, map.Faults);
            var value = item is null ? null : read(item);
            item?.Close();
            return value;
        });

    /// <summary><c>{ path, values }</c> or <c>{ path, not }</c>.</summary>
    public static ValueDraft? ReadValue(MapReader map)
    {
        var path = map.Text("path");
        var values = map.Texts("values", 0, ListMax);
        var not = map.Texts("not", 0, ListMax);
        if (values.IsEmpty == not.IsEmpty)
        {
            map.Faults.Add(map.Node, ConfigurationFaults.EitherOr, "values, not");
            return null;
        }

        return path is null ? null : new ValueDraft(path, values.IsEmpty ? not : values, Negated: values.IsEmpty);
    }

    private static RoleDraft? ReadRole(MapReader map)
    {
        var (name, title) = (map.Name("name"), map.Title("title"));
        var (reads, openTo) = (map.Names("reads", 0, ListMax), map.Names("open-to", 0, ListMax));
        return name is null ? null : new RoleDraft(name, title, reads, openTo);
    }

    private static StateDraft? ReadState(MapReader map)
    {
        var (name, title, final) = (map.Name("name"), map.Title("title"), map.Flag("final", otherwise: false));
        return name is null ? null : new StateDraft(name, title, final);
    }

    private static StepDraft? ReadStep(MapReader map)
    {
        var name = map.Name("name");
        var title = map.Title("title");
        var by = map.Names("by", 1, ListMax);
        var from = map.Find("from") is null ? (ImmutableArray<Word>?)null : map.Names("from", 1, StatesMax);
        var (to, payload) = (map.OptionalName("to"), map.Text("payload"));
        var (section, changeFrom, extends, appendMax) = ReadView(map);
        var step = new
        {
            Answers = map.Names("answers", 0, ListMax),
            Closes = map.Names("closes", 0, ListMax),
            Clears = map.Names("clears", 0, ListMax),
            Parties = Many(map, "parties", 0, ListMax, ReadParty),
            Releases = map.Names("releases", 0, ListMax),
            Deliver = map.Names("deliver", 0, ListMax),
            Overtakes = map.Flag("overtakes", otherwise: false),
            Attachments = ReadAttachments(map),
            Allow = Many(map, "allow", 0, ListMax, ReadValue),
            Checks = map.Names("checks", 0, ListMax),
            Together = ReadTogether(map),
        };
        return name is null
            ? null
            : new StepDraft(
                name, title, by, from, to, payload, section, changeFrom, extends, appendMax, step.Answers, step.Closes, step.Clears,
                step.Parties, step.Releases, step.Deliver, step.Overtakes, step.Attachments, step.Allow, step.Checks, step.Together);
    }

    private static TogetherDraft? ReadTogether(MapReader step)
    {
        var map = MapReader.Open(step.Find("together"), step.Faults);
        if (map is null)
        {
            return null;
        }

        var (exchange, take, payload) = (map.Text("exchange"), map.Name("take"), map.Text("payload"));
        map.Close();
        return exchange is null || take is null || payload is null ? null : new TogetherDraft(exchange, take, payload);
    }

    /// <summary>
    /// <c>{ put: section }</c>, <c>{ append: section, max: 20 }</c>, <c>{ patch: section, from: path }</c> or <c>{ extend: section, from: path }</c>.
    /// </summary>
    private static (Word? Section, Word? ChangeFrom, bool Extends, int? AppendMax) ReadView(MapReader step)
    {
        var map = MapReader.Open(step.Require("view"), step.Faults);
        if (map is null)
        {
            return (null, null, false, null);
        }

        var (put, patch, extend, append) = (map.OptionalName("put"), map.OptionalName("patch"), map.OptionalName("extend"), map.OptionalName("append"));
        var given = new[] { "put", "patch", "extend", "append" }.Where(key => map.Node.Find(key) is not null).ToList();
        if (given.Count != 1)
        {
            map.Faults.Add(map.Node, ConfigurationFaults.EitherOr, "put, patch, extend, append");
        }

        var from = given is ["put"] or ["append"] or [] ? null : map.Text("from");
        var max = given is ["append"] ? map.Number("max", 1, AppendMaxMax) : null;
        map.Close();
        return put is not null || append is not null ? (put ?? append, null, false, max) : (patch ?? extend, from, extend is not null, null);
    }

    private static ReferenceDraft? ReadReference(MapReader type)
    {
        var map = MapReader.Open(type.Find("refers"), type.Faults);
        if (map is null)
        {
            return null;
        }

        var (path, types) = (map.Text("path"), map.Texts("types", 1, ListMax));
        var effects = Many(map, "effects", 0, ListMax, ReadEffect);
        map.Close();
        return path is null ? null : new ReferenceDraft(path, types, effects);
    }

    private static EffectDraft? ReadEffect(MapReader map)
    {
        var (on, take, when) = (map.Names("on", 1, ListMax), map.Name("take"), Many(map, "when", 0, ListMax, ReadValue));
        return take is null ? null : new EffectDraft(on, take, when);
    }

    private static PartyDraft? ReadParty(MapReader map)
    {
        var role = map.Name("role");
        var (from, otherwise) = (map.OptionalText("from"), map.OptionalName("else"));
        var (kinds, required) = (map.NameOrNames("kind", KindsMax), map.Flag("required", otherwise: false));
        return role is null ? null : new PartyDraft(map.Node, role, from, otherwise, kinds, required);
    }

    private static ImmutableArray<Words> ReadAttachments(MapReader map) =>
        map.List("required-attachments", 0, ListMax, set =>
            new Words(MapReader.Once(MapReader.ItemsOf(set, map.Faults, 1, ListMax, node => ScalarForms.Name(node, map.Faults)), map.Faults)));

    private static HoldDraft? ReadHold(MapReader map)
    {
        var name = map.Name("name");
        var parts = Many(map, "parts", 1, ListMax, ReadFormed);
        var span = MapReader.Open(map.Find("span"), map.Faults) is { } inner ? SpanForm.Read(inner) : null;
        var during = map.Names("while", 1, StatesMax);
        return name is null ? null : new HoldDraft(name, parts, span, during);
    }

    private static SearchDraft? ReadSearch(MapReader map)
    {
        var name = map.Name("name");
        var value = ReadFormed(map);
        return name is null || value is null ? null : new SearchDraft(name, value);
    }

    private static FormedDraft? ReadFormed(MapReader map)
    {
        var (path, form) = (map.Text("path"), map.Choice("as", ConfigurationNames.Forms));
        return path is null || form is null ? null : new FormedDraft(path, form.Value);
    }

    private static Retention? ReadRetention(MapReader type)
    {
        var map = MapReader.Open(type.Require("retention"), type.Faults);
        if (map is null)
        {
            return null;
        }

        var payload = map.Number("payload-days", 1, RetentionDaysMax);
        var audit = map.Number("audit-days", AuditDaysMin, RetentionDaysMax);
        var basis = map.Basis("basis");
        map.Close();
        if (audit < payload)
        {
            map.Faults.Add(map.Find("audit-days") ?? map.Node, ExchangeTypeFaults.RetentionOrder);
        }

        return payload is null || audit is null || basis is null ? null : new Retention(payload.Value, audit.Value, basis);
    }

    private static VariantDraft? ReadVariant(MapReader map)
    {
        var (name, title) = (map.Name("name"), map.Title("title"));
        var openTo = map.Names("open-to", 1, ListMax);
        var allow = Many(map, "allow", 0, ListMax, ReadValue);
        var checks = map.Names("checks", 0, ListMax);
        var attachments = ReadAttachments(map);
        var clocks = map.Find("clocks") is null ? (ImmutableArray<Word>?)null : map.Names("clocks", 0, ClocksMax);
        var basis = MapReader.BasisOf(map.Find("basis"), map.Faults);
        return name is null ? null : new VariantDraft(name, title, openTo, allow, checks, attachments, clocks, basis);
    }
}
