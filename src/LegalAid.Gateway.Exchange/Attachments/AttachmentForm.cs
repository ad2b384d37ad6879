using System.Collections.Immutable;
using LegalAid.Gateway.Casework.Faults;

namespace LegalAid.Gateway.Exchange.Attachments;

/// <summary>What every document must be, whichever way it comes.</summary>
public static class AttachmentForm
{
    private const int NameCharsMax = 200;

    /// <summary>Faults of what a document is said to be; fields without prefix.</summary>
    public static IEnumerable<Fault> Check(string fileName, string mediaType, long sizeBytes, long bytesMax, ImmutableArray<string> allowed)
    {
        if (fileName.Length is 0 or > NameCharsMax || fileName is "." or ".."
            || fileName.Any(character => character is '/' or '\\' || char.IsControl(character)))
        {
            yield return new Fault(AttachmentFaults.Name, "fileName");
        }

        if (!allowed.Contains(MediaTypes.Bare(mediaType)))
        {
            yield return new Fault(AttachmentFaults.MediaType, "mediaType");
        }

        if (sizeBytes <= 0)
        {
            yield return new Fault(AttachmentFaults.Empty, "sizeBytes");
        }
        else if (sizeBytes > bytesMax)
        {
            yield return Fault.With(AttachmentFaults.TooLarge, "sizeBytes", $"{bytesMax}");
        }
    }
}
