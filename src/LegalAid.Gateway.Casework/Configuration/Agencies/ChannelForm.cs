using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using LegalAid.Gateway.Casework.Configuration.Yaml;
using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Casework.Configuration.Agencies;

/// <summary>
/// Reads how an agency receives: <c>{ kind: mailbox }</c>, <c>{ kind: file }</c>, <c>{ kind: push, url, secrets, allowed-addresses }</c>,
/// <c>{ kind: peer, url, allowed-addresses }</c> for another city's gateway, or <c>{ kind: through, gateway }</c> for an agency that belongs to one.
/// </summary>
internal static class ChannelForm
{
    private const int SecretsMax = 3, NetworksMax = 20;

    private enum Kind
    {
        Mailbox,
        File,
        Push,
        Peer,
        Through,
    }

    private static readonly Dictionary<string, Kind> Kinds = new(StringComparer.Ordinal)
    {
        ["mailbox"] = Kind.Mailbox, ["file"] = Kind.File, ["push"] = Kind.Push, ["peer"] = Kind.Peer, ["through"] = Kind.Through,
    };

    public static Channel? Read(YamlNode? node, bool plainText, FaultSink faults)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        var kind = map.Choice("kind", Kinds);
        Channel? channel = kind switch
        {
            Kind.Push => ReadPush(map, plainText),
            Kind.Peer => ReadPeer(map, plainText),
            Kind.Through => map.Name("gateway") is { } gateway ? new Channel.Through(AgencyId.Parse(gateway.Text)) : null,
            Kind.File => new Channel.File(),
            Kind.Mailbox => new Channel.Mailbox(),
            _ => null,
        };
        if (kind is not null)
        {
            map.Close();
        }

        return channel;
    }

    /// <summary>An absolute http or https address without user, query or fragment: none of them may carry a secret into logs.</summary>
    public static Uri? Address(Word? word, bool plainText, FaultSink faults)
    {
        if (word is null)
        {
            return null;
        }

        if (!Uri.TryCreate(word.Text, UriKind.Absolute, out var url) || (url.Scheme != Uri.UriSchemeHttp && url.Scheme != Uri.UriSchemeHttps)
            || url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0 || url.Host.Length == 0)
        {
            faults.Add(word.At, AgencyFaults.UrlInvalid);
            return null;
        }

        if (url.Scheme == Uri.UriSchemeHttp && !plainText)
        {
            faults.Add(word.At, AgencyFaults.UrlPlain);
            return null;
        }

        return url;
    }

    private static Channel.Push? ReadPush(MapReader map, bool plainText)
    {
        var url = Address(map.Text("url", 500), plainText, map.Faults);
        var secrets = map.Names("secrets", 1, SecretsMax);
        var networks = Networks(map, "allowed-addresses");
        return url is null ? null : new Channel.Push(url, [.. secrets.Select(word => word.Text)], networks);
    }

    private static Channel.Peer? ReadPeer(MapReader map, bool plainText)
    {
        var url = Address(map.Text("url", 500), plainText, map.Faults);
        var networks = Networks(map, "allowed-addresses");
        return url is null ? null : new Channel.Peer(url, networks);
    }

    /// <summary>Networks in CIDR form.</summary>
    public static ImmutableArray<string> Networks(MapReader map, string key, int min = 1)
    {
        var networks = map.Texts(key, min, NetworksMax);
        foreach (var network in networks.Where(network => !IsNetwork(network.Text)))
        {
            map.Faults.Add(network.At, AgencyFaults.NetworkInvalid);
        }

        return [.. networks.Select(word => word.Text)];
    }

    /// <summary>The first address and the prefix; an address inside the network is more often a slip than meant.</summary>
    private static bool IsNetwork(string text) =>
        IPNetwork.TryParse(text, out var network)
        && IPAddress.TryParse(text.AsSpan(0, text.IndexOf('/')), out var first)
        && first.Equals(network.BaseAddress)
        && network.PrefixLength >= (network.BaseAddress.AddressFamily == AddressFamily.InterNetwork ? 8 : 16);
}
