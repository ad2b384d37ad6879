using System.Text;
using LegalAid.Gateway.Exchange.Storage;

namespace LegalAid.Gateway.Exchange.Delivery.Files;

/// <summary>Files of an exchange folder come to be by a rename and are moved by one: who reads the folder sees each whole or not at all, before and after a power loss.</summary>
public static class AtomicFiles
{
    /// <summary>Puts a file into a folder, whole and durably, in place of one of that name.</summary>
    public static async Task PutAsync(string folder, string name, Func<Stream, Task> write, CancellationToken cancellationToken)
    {
        var (unfinished, path) = (Path.Combine(folder, $".{name}.part"), Path.Combine(folder, name));
        File.Delete(unfinished); // of a process that died here; a link in its place goes and not what it points to
        await using (var file = new FileStream(unfinished, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Options = FileOptions.Asynchronous }))
        {
            await write(file);
            await file.FlushAsync(cancellationToken);
            file.Flush(flushToDisk: true);
        }

        Durably.Rename(unfinished, path, overwrite: true);
    }

    public static Task PutAsync(string folder, string name, string text, CancellationToken cancellationToken) =>
        PutAsync(folder, name, stream => stream.WriteAsync(Encoding.UTF8.GetBytes(text), cancellationToken).AsTask(), cancellationToken);

    /// <summary>Moves a file, durably. One of that name in its way is replaced; one that is gone already is moved already.</summary>
    public static void Move(string from, string toFolder, string name)
    {
        try
        {
            Durably.Rename(from, Path.Combine(toFolder, name), overwrite: true);
        }
        catch (FileNotFoundException)
        {
            // It is there already.
        }
    }
}
