using System.Text.RegularExpressions;
using LegalAid.Gateway.Casework.Configuration.Agencies;
using LegalAid.Gateway.Casework.Configuration.Yaml;

namespace LegalAid.Gateway.Casework.Configuration;

/// <summary>Reads <c>evidence: { interval, witnesses: [{ url, key }], quorum }</c>.</summary>
internal static partial class EvidenceForm
{
    private const int WitnessesMax = 16;

    public static EvidenceSettings Read(MapReader map, bool plainText)
    {
        var unset = new EvidenceSettings();
        var witnesses = map.List("witnesses", 0, WitnessesMax, node => Witness(node, plainText, map.Faults));
        foreach (var twice in witnesses.GroupBy(witness => NameOf(witness.Key), StringComparer.Ordinal).Where(group => group.Count() > 1))
        {
            map.Faults.Add(map.Find("witnesses") ?? map.Node, ConfigurationFaults.Twice, twice.Key);
        }

        var quorum = ScalarForms.Number(map.Find("quorum"), map.Faults, 0, WitnessesMax);
        if (quorum > witnesses.Length)
        {
            map.Faults.Add(map.Find("quorum") ?? map.Node, SettingsFaults.QuorumOverWitnesses);
        }

        return new EvidenceSettings
        {
            Interval = ScalarForms.Duration(map.Find("interval"), map.Faults, TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1)) ?? unset.Interval,
            Witnesses = new(witnesses),
            Quorum = quorum,
        };
    }

    private static WitnessSetting? Witness(YamlNode node, bool plainText, FaultSink faults)
    {
        var map = MapReader.Open(node, faults);
        if (map is null)
        {
            return null;
        }

        var address = ChannelForm.Address(map.Text("url", 500), plainText, faults);
        var key = map.Text("key", 400);
        map.Close();
        if (key is not null && !Cosigner().IsMatch(key.Text))
        {
            faults.Add(key.At, SettingsFaults.WitnessKey);
            return null;
        }

        return address is null || key is null ? null : new WitnessSetting(address, key.Text);
    }

    private static string NameOf(string key) => key.Split('+')[0];

    /// <summary>The form of a vkey of type 0x04: name, hash, base64 of the type and 32 bytes. The host also compares the hash.</summary>
    [GeneratedRegex(@"^[^\s+]{1,255}\+[0-9a-f]{8}\+B[A-P][A-Za-z0-9+/]{42}$", RegexOptions.NonBacktracking)]
    private static partial Regex Cosigner();
}
