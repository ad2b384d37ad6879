using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Agencies.Connectors.Batches;

/// <summary>
/// The folders of one connector below the agency's exchange folder: <c>questions</c> it reads, <c>answers</c> it writes, <c>settled</c> and <c>refused</c> hold the answers that were read.
/// Names that begin with a dot are nobody's yet.
/// </summary>
internal sealed class BatchFolders
{
    private readonly string _root;

    public BatchFolders(string exchangeRoot, AgencyId agency, string connector)
    {
        // Both are lower-case words and hyphens: one segment each.
        _root = Path.Combine(Path.GetFullPath(exchangeRoot), agency.Value, "facts", connector);
    }

    public string Questions => Path.Combine(_root, "questions");

    public string Answers => Path.Combine(_root, "answers");

    public string Settled => Path.Combine(_root, "settled");

    public string Refused => Path.Combine(_root, "refused");

    /// <summary>Questions that are in no batch yet, one file each.</summary>
    public string Waiting => Path.Combine(_root, ".waiting");

    /// <summary>Makes them where they are not there.</summary>
    /// <exception cref="IOException">One is a link: who may write into the agency's folder must not choose where the gateway writes. Or it cannot be made.</exception>
    public void Ensure()
    {
        var agency = Path.GetDirectoryName(Path.GetDirectoryName(_root)) ?? throw new InvalidOperationException("a folder without a parent");
        foreach (var path in new[] { agency, Path.Combine(agency, "facts"), _root, Questions, Answers, Settled, Refused, Waiting })
        {
            if (System.IO.Directory.CreateDirectory(path).LinkTarget is not null)
            {
                throw new IOException($"{path} is a link");
            }
        }
    }
}
