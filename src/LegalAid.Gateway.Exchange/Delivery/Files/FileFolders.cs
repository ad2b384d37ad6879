using LegalAid.Gateway.Casework.Directory;

namespace LegalAid.Gateway.Exchange.Delivery.Files;

/// <summary>
/// The folders of one agency below the exchange root: <c>inbox</c> it writes, <c>outbox</c> it reads, <c>done</c> and <c>rejected</c> hold what is
/// settled. A file comes to be by a rename, after its content was synced, and the folder is synced after the rename: who reads the folder
/// sees it whole or not at all, before and after a power loss. Names that begin with a dot are nobody's yet.
/// </summary>
internal sealed class FileFolders
{
    private static readonly string[] Names = ["inbox", "outbox", "done", "rejected"];

    private readonly string _root;

    public FileFolders(string exchangeRoot, AgencyId agency)
    {
        _root = Path.Combine(Path.GetFullPath(exchangeRoot), agency.Value); // an agency's id is lower-case words and hyphens: one segment
        (Inbox, Outbox, Done, Rejected) = (Folder(0), Folder(1), Folder(2), Folder(3));
    }

    public string Inbox { get; }

    public string Outbox { get; }

    public string Done { get; }

    public string Rejected { get; }

    /// <summary>
    /// Makes them where they are not there. Throws where one is a link: who may write into the agency's folder must not choose where the
    /// gateway writes.
    /// </summary>
    /// <exception cref="IOException">One is a link or cannot be made.</exception>
    public void Ensure()
    {
        foreach (var path in Names.Select((_, index) => Folder(index)).Prepend(_root))
        {
            if (Directory.CreateDirectory(path).LinkTarget is not null)
            {
                throw new IOException($"{path} is a link");
            }
        }
    }

    private string Folder(int index) => Path.Combine(_root, Names[index]);
}
