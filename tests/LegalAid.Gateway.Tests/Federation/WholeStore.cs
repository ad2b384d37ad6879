using System.Text.RegularExpressions;
using LegalAid.Gateway.Tests.Wire;

namespace LegalAid.Gateway.Tests.Federation;

/// <summary>The scene's whole store as an auditor verifies it.</summary>
internal static partial class WholeStore
{
    /// <summary>
    /// Nothing is found but leaves of a time to come: tests of one scene share its store, and some of them move its clock ahead and back.
    /// </summary>
    public static async Task VerifiesAsync(this StaffScene scene)
    {
        var folder = scene.Gateway.WorkingFolder;
        var verified = await CapturedConsole.RunAsync(
            "verify", "store", Path.Combine(folder, "var", "gateway.db"), "--key-folder", Path.Combine(folder, "var", "keys"), "--work", folder);
        var found = Finding().Matches(verified.Output).Select(match => match.Groups["code"].Value).Where(code => code != "LEAF_POST_DATED").ToList();
        Assert.True(found.Count == 0 && (verified.Code == 0 || verified.Output.Contains("LEAF_POST_DATED", StringComparison.Ordinal)), verified.Output + verified.Error);
    }

    [GeneratedRegex(@"^\s+(?<code>[A-Z]+(_[A-Z]+)+)\s", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Finding();
}
