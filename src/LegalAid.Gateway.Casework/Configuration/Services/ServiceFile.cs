using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Configuration.Agencies;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Casework.Configuration.Services;

/// <summary>Reads <c>services/{id}.yaml</c>: one published service.</summary>
/// <param name="agencies">Names of the directory.</param>
internal sealed class ServiceFile(Declared agencies, bool plainText, FaultSink faults)
{
    private const int CallsMax = 100, QueryMax = 20;
    private const int AnswerKibibytesDefault = 1024, AnswerKibibytesMax = 16 * 1024;

    private static readonly TimeSpan TimeoutDefault = TimeSpan.FromSeconds(10), TimeoutMin = TimeSpan.FromMilliseconds(100), TimeoutMax = TimeSpan.FromSeconds(60);

    private static readonly Dictionary<string, bool> Methods = new(StringComparer.Ordinal) { ["GET"] = false, ["POST"] = true };

    /// <summary>The service; null with its faults.</summary>
    public PublishedService? Read(YamlNode root, string fileName)
    {
        var map = MapReader.Open(root, faults);
        if (map is null)
        {
            return null;
        }

        var (id, agency, title) = (AgencyFile.FileId(map, fileName), map.Name("agency"), map.Title("title"));
        if (agency is not null)
        {
            agencies.Require(agency);
        }

        var address = ChannelForm.Address(map.Text("address", 500), plainText, faults);
        var networks = ChannelForm.Networks(map, "allowed-addresses");
        var credential = ReadCredential(map.Find("credential"));
        var calls = map.List("calls", 1, CallsMax, ReadCall);
        CheckTwice(calls, map);
        var timeout = map.Find("timeout") is { } given ? ScalarForms.Duration(given, faults, TimeoutMin, TimeoutMax) : TimeoutDefault;
        var answer = map.Find("answer-kibibytes-max") is { } most ? ScalarForms.Number(most, faults, 1, AnswerKibibytesMax) : AnswerKibibytesDefault;
        map.Close();
        return id is null || agency is null || !AgencyId.TryParse(agency.Text, out var owner) || title is null || address is null || timeout is null || answer is null
            ? null
            : new PublishedService(owner, id.Text, title, address, networks, credential, calls, timeout.Value, answer.Value * 1024);
    }

    private ServiceCredential? ReadCredential(YamlNode? node)
    {
        var map = MapReader.Open(node, faults);
        var (header, secret) = (map?.Text("header", 64), map?.Name("secret"));
        map?.Close();
        if (header is not null && !HeaderForm.MayCarry(header.Text))
        {
            faults.Add(header.At, ServiceConfigurationFaults.HeaderInvalid);
        }

        return header is null || secret is null ? null : new ServiceCredential(header.Text, secret.Text);
    }

    private ServiceCall? ReadCall(YamlNode node)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        var method = map.Choice("method", Methods);
        var path = map.Text("path");
        var query = map.Texts("query", 0, QueryMax);
        map.Close();
        var parsed = path is null ? null : ServicePath.TryParse(path.Text);
        if (path is not null && parsed is null)
        {
            faults.Add(path.At, ServiceConfigurationFaults.PathInvalid);
        }

        return method is { } posts && parsed is not null ? new ServiceCall(posts ? "POST" : "GET", parsed, [.. query.Select(name => name.Text)]) : null;
    }

    private void CheckTwice(ImmutableArray<ServiceCall> calls, MapReader map)
    {
        foreach (var _ in calls.GroupBy(call => (call.Method, call.Path.Template)).Where(same => same.Count() > 1))
        {
            faults.Add(map.Find("calls") ?? map.Node, ServiceConfigurationFaults.CallTwice);
        }
    }
}
