using LegalAid.Gateway.Casework.Configuration;
using LegalAid.Gateway.Exchange.Attachments;
using LegalAid.Gateway.Exchange.Erasure;

namespace LegalAid.Gateway.Operations;

/// <summary>Documents and the end of content: uploads in pieces, their sweep, erasure, and the settings they run by.</summary>
internal static class HostAttachments
{
    public static IServiceCollection AddGatewayAttachments(this IServiceCollection services, GatewaySettings settings)
    {
        services.AddSingleton(OptionsOf(settings.Documents));
        services.AddSingleton<Uploads>();
        services.AddHostedService<UploadSweeper>();
        services.AddSingleton(new ErasureOptions());
        services.AddHostedService<ErasureWorker>();
        return services;
    }

    /// <exception cref="StartRefusedException">A media type that the gateway cannot tell by its first bytes.</exception>
    private static AttachmentOptions OptionsOf(DocumentSettings settings)
    {
        var options = new AttachmentOptions
        {
            BytesMax = (long)settings.MebibytesMax << 20,
            UploadsMax = settings.UploadsMax,
            UploadBytesMax = (long)settings.UploadMebibytesMax << 20,
            IdleMax = settings.IdleMax,
            Allowed = settings.MediaTypes.Count == 0 ? MediaTypes.Known : [.. settings.MediaTypes],
        };
        return options.Validate() is { Count: > 0 }
            ? throw new StartRefusedException(
                $"gateway.yaml 的 documents.media-types 只能列出可识别的类型 · documents.media-types may only name types that can be told: {string.Join(", ", MediaTypes.Known)}")
            : options;
    }
}
