using System.Collections.Immutable;
using System.Text.Json.Nodes;
using LegalAid.Gateway.Casework.Catalogue;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;
using LegalAid.Gateway.Casework.Faults;
using LegalAid.Gateway.Casework.Identifiers;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>A synthetic person.</summary>
/// <param name="Person"><c>legalaid.defence.v1.Person</c> in its JSON form. Clone it before changing it.</param>
public sealed record SeedPerson(string Id, LocalizedText Note, JsonObject Person);

/// <summary>A case of the demo.</summary>
/// <param name="By">Who notifies.</param>
/// <param name="Attachments">Kinds of documents that must travel with each notice; their content is the demo's to make.</param>
/// <param name="Notices"><c>legalaid.defence.v1.Notice</c> in its JSON form, one for each person, in the order of the file.</param>
public sealed record SeedCase(
    string Id, ExchangeTypeId Type, AgencyId By, LocalizedText Note, ImmutableArray<string> Attachments, ImmutableArray<JsonObject> Notices);

/// <summary>The seeds, where there are no faults; else nothing but the faults.</summary>
public sealed record SeedOutcome(
    ImmutableArray<SeedPerson> People, ImmutableArray<SeedCase> Cases, IReadOnlyList<ConfigurationFault> Faults);

/// <summary>
/// Reads <c>seeds/people.yaml</c> and <c>seeds/cases.yaml</c>; pure. What the payloads may hold is the payload schemas' to say;
/// that nobody in them lives is checked here.
/// </summary>
public static class SeedFiles
{
    private const int PeopleMax = 1_000, CasesMax = 1_000, ListMax = 50;

    public static SeedOutcome Read(ConfigurationFile people, ConfigurationFile cases, ConfigurationOptions? options = null)
    {
        var bounds = options ?? ConfigurationOptions.Default;
        var faults = new FaultSink(bounds.FaultsMax);
        var persons = ReadPeople(YamlReading.Read(people, bounds, faults), faults);
        var read = ReadCases(YamlReading.Read(cases, bounds, faults), persons, faults);
        return faults.Count > 0 ? new SeedOutcome([], [], faults.Sorted()) : new SeedOutcome(persons, read, []);
    }

    private static ImmutableArray<SeedPerson> ReadPeople(YamlNode? root, FaultSink faults)
    {
        var ids = new List<Word>();
        var map = MapReader.Open(root, faults);
        var people = map?.List("people", 1, PeopleMax, node =>
        {
            var entry = MapReader.Open(node, faults);
            var (id, note, person) = (entry?.Name("id"), entry?.Title("note"), entry?.Require("person"));
            entry?.Close();
            CheckSynthetic(person, faults);
            ids.AddRange(id is null ? [] : [id]);
            return id is null || note is null || JsonOf(person, faults) is not { } json ? null : new SeedPerson(id.Text, note, json);
        });
        map?.Close();
        MapReader.Once([.. ids], faults);
        return people ?? [];
    }

    /// <summary>A resident number in the seeds carries an unassigned region, so that it is nobody's.</summary>
    private static void CheckSynthetic(YamlNode? person, FaultSink faults)
    {
        if ((person as YamlMapping)?.Find("residentNumber") is YamlScalar number
            && (!ResidentNumber.TryReadStored(number.Text, out var read, out _) || read.Region.Assignment != RegionAssignment.Unassigned))
        {
            faults.Add(number, SeedFaults.NotSynthetic);
        }
    }

    private static ImmutableArray<SeedCase> ReadCases(YamlNode? root, ImmutableArray<SeedPerson> people, FaultSink faults)
    {
        var ids = new List<Word>();
        var map = MapReader.Open(root, faults);
        var cases = map?.List("cases", 1, CasesMax, node =>
        {
            var entry = MapReader.Open(node, faults);
            if (entry is null)
            {
                return null;
            }

            var (id, type, by, note) = (entry.Name("id"), entry.Text("type"), entry.Name("by"), entry.Title("note"));
            var attachments = entry.Names("attachments", 0, ListMax);
            var common = JsonOf(entry.Require("notice"), faults);
            var notices = entry.List("people", 1, ListMax, person => ReadNotice(person, common, people, faults));
            entry.Close();
            ids.AddRange(id is null ? [] : [id]);
            return id is null || type is null || by is null || note is null
                ? null
                : new SeedCase(id.Text, new ExchangeTypeId(type.Text), AgencyId.Parse(by.Text), note, [.. attachments.Select(word => word.Text)], notices);
        });
        map?.Close();
        MapReader.Once([.. ids], faults);
        return cases ?? [];
    }

    /// <summary>The common notice, what the person's entry adds, and the person.</summary>
    private static JsonObject? ReadNotice(YamlNode node, JsonObject? common, ImmutableArray<SeedPerson> people, FaultSink faults)
    {
        var map = MapReader.Open(node, faults);
        var (name, own) = (map?.Name("person"), JsonOf(map?.Find("notice"), faults));
        map?.Close();
        if (name is null || common is null)
        {
            return null;
        }

        var person = people.FirstOrDefault(person => person.Id == name.Text);
        if (person is null)
        {
            faults.Add(name.At, ConfigurationFaults.ReferenceUnknown, "人员 person", name.Text);
            return null;
        }

        var notice = (JsonObject)common.DeepClone();
        foreach (var (field, value) in own ?? [])
        {
            notice[field] = value?.DeepClone();
        }

        notice["person"] = person.Person.DeepClone();
        return notice;
    }

    private static JsonObject? JsonOf(YamlNode? node, FaultSink faults)
    {
        if (node is null or YamlMapping)
        {
            return node is null ? null : YamlJson.Of(node) as JsonObject;
        }

        faults.Add(node, ConfigurationFaults.TypeWrong, "键值表 mapping");
        return null;
    }
}

/// <summary>What can be wrong with seeds alone.</summary>
[FaultRows]
public static class SeedFaults
{
    public static readonly FaultCode NotSynthetic = new("SEED_NOT_SYNTHETIC", FaultKind.Invalid, FaultActor.GatewayOperator,
        "种子数据中的身份号码不是虚拟号码", "A resident number in the seeds is not a synthetic one",
        "使用未分配地区 450199 的号码，校验位要正确", "Use a number of the unassigned region 450199, with the right check character");
}
