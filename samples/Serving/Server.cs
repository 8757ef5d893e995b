using System.Net;
using System.Text.Json;
using DeepLearning.Serialization;
using Microsoft.AspNetCore.Http.HttpResults;

namespace DeepLearning.Samples.Serving;

/// <summary>The service: <c>POST /predict</c>, <c>PUT /model</c>, <c>GET /health</c>, <c>GET /metrics</c>.</summary>
internal static class Server
{
    private const long MaxModelBytes = 64 << 20;

    /// <summary>Serves until Ctrl-C.</summary>
    public static int Run(string file, int port)
    {
        using WebApplication app = Build(file, $"http://localhost:{port}");
        app.Run();
        return 0;
    }

    /// <summary>Answers a queue of files until Ctrl-C.</summary>
    public static int RunWorker(string file, string folder)
    {
        using IHost host = BuildWorker(file, folder);
        host.Run();
        return 0;
    }

    public static IHost BuildWorker(string file, string folder)
    {
        HostApplicationBuilder builder = Host.CreateApplicationBuilder();
        AddPredictor(builder.Services, file);
        builder.Services.AddSingleton(new QueueFolder(folder)).AddHostedService<QueueWorker>();
        return builder.Build();
    }

    public static WebApplication Build(string file, string address)
    {
        // Requests run side by side; the batch alone uses the processors.
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(address).ConfigureKestrel(static kestrel => kestrel.Limits.MaxRequestBodySize = MaxModelBytes);
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.Services.ConfigureHttpJsonOptions(
            static options => options.SerializerOptions.TypeInfoResolverChain.Insert(0, Messages.Default));
        AddPredictor(builder.Services, file);
        WebApplication app = builder.Build();
        app.MapPost("/predict", Predict);
        app.MapPut("/model", ReplaceModel);
        app.MapGet("/health", static (ModelStore models) =>
            new Health("ready", models.Current.Version, models.Current.Fingerprint, models.Current.Columns));
        app.MapGet("/metrics", static (ModelStore models, ServiceMetrics metrics, BatchingPredictor predictor) =>
            Results.Text(metrics.ToText(models.Current, predictor.Waiting), "text/plain; version=0.0.4"));
        return app;
    }

    private static void AddPredictor(IServiceCollection services, string file) => services
        .AddSingleton(new ModelStore(file)).AddSingleton<ServiceMetrics>().AddSingleton<BatchingPredictor>()
        .AddHostedService(static provider => provider.GetRequiredService<BatchingPredictor>());

    private static async Task<IResult> Predict(
        HttpRequest request, ModelStore models, BatchingPredictor predictor, ServiceMetrics metrics, CancellationToken stop)
    {
        try
        {
            List<Dictionary<string, double?>>? named = await JsonSerializer.DeserializeAsync(
                request.Body, Messages.Default.ListDictionaryStringNullableDouble, stop);
            Answer? answer = await predictor.Predict(Rows.Of(named, models.Current.Columns), stop);
            return answer is null
                ? Results.Json(new Problem("Too many requests wait; try again."), Messages.Default.Problem, statusCode: 503)
                : Results.Json(answer, Messages.Default.Answer);
        }
        catch (JsonException error)
        {
            metrics.Rejected();
            return Bad($"{Rows.Expected} (line {error.LineNumber + 1}, byte {error.BytePositionInLine + 1}).");
        }
        catch (ArgumentException error)
        {
            metrics.Rejected();
            return Bad(error.Message);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            metrics.Fail();
            throw;
        }
    }

    /// <summary>The body is the file of a model. From this machine alone: whoever may replace the model decides what is answered.</summary>
    private static async Task<IResult> ReplaceModel(HttpRequest request, ModelStore models, ServiceMetrics metrics, CancellationToken stop)
    {
        if (request.HttpContext.Connection.RemoteIpAddress is not { } address || !IPAddress.IsLoopback(address))
        {
            return Results.StatusCode(StatusCodes.Status403Forbidden);
        }

        string path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        try
        {
            await using (FileStream file = new(path, FileMode.CreateNew, FileAccess.Write))
            {
                await request.Body.CopyToAsync(file, stop);
            }

            ServedModel model = models.Swap(path);
            metrics.Swapped();
            return Results.Json(new Health("ready", model.Version, model.Fingerprint, model.Columns), Messages.Default.Health);
        }
        catch (Exception error) when (error is InvalidDataException or SafetensorsException or ArgumentException)
        {
            metrics.Rejected();
            return Bad(error.Message.Replace(path, "the file", StringComparison.Ordinal));
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static JsonHttpResult<Problem> Bad(string error) =>
        TypedResults.Json(new Problem(error), Messages.Default.Problem, statusCode: StatusCodes.Status400BadRequest);
}
