using System.Diagnostics;
using DeepLearning.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Logging;

namespace DeepLearning.Tests.Browser;

/// <summary>The sample's page as a visitor gets it.</summary>
public sealed class PublishedPage() : PublishedSite("samples/Browser", "browser");

/// <summary>The page that computes <see cref="Operations"/>.</summary>
public sealed class PublishedOperations() : PublishedSite("tests/DeepLearning.Browser.Operations", "browser-operations");

/// <summary>A project for WebAssembly, published and served from this machine as static files.</summary>
public abstract class PublishedSite(string project, string name) : IAsyncLifetime
{
    private WebApplication? _server;

    public string Address => _server!.Urls.First();

    public async Task InitializeAsync()
    {
        if (BrowserFactAttribute.Browser is null)
        {
            return;
        }

        string folder = RepositoryFiles.PathOf("artifacts", name);
        ProcessStartInfo publish = new("dotnet")
        {
            WorkingDirectory = RepositoryFiles.Root,
            RedirectStandardOutput = true,
            ArgumentList =
            {
                "publish", project, "-c", "Release", "-o", folder, "-p:UseSharedCompilation=false", "-nodeReuse:false",
            },
        };
        using Process process = Process.Start(publish)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);

        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _server = builder.Build();
        _server.Urls.Add("http://127.0.0.1:0");
        _server.UseFileServer(new FileServerOptions
        {
            FileProvider = new PhysicalFileProvider(Path.Combine(folder, "wwwroot")),
            StaticFileOptions = { ServeUnknownFileTypes = true },
        });
        await _server.StartAsync();
    }

    public async Task DisposeAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
        }
    }
}
