using System.Net;
using System.Net.Http.Json;
using System.Text;
using DeepLearning.Samples.Serving;
using DeepLearning.Tests.Infrastructure;
using Microsoft.AspNetCore.Builder;

namespace DeepLearning.Tests.Serving;

/// <summary>The sample that serves a model over HTTP.</summary>
public sealed class ServiceTests : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly HttpClient _http = new();
    private WebApplication? _app;

    private string File => _folder["model.safetensors"];

    public async Task InitializeAsync()
    {
        Patients.Register();
        Patients.Train(1, epochs: 2).Save(File);
        _app = Server.Build(File, "http://127.0.0.1:0");
        await _app.StartAsync();
        _http.BaseAddress = new Uri(_app.Urls.First());
    }

    public async Task DisposeAsync() => await _app!.DisposeAsync();

    public void Dispose()
    {
        _http.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task Requests_that_come_together_get_the_answers_that_each_gets_alone()
    {
        Dictionary<string, double?>[] patients =
            [.. Enumerable.Range(0, 40).Select(i => new Dictionary<string, double?> { ["age"] = 20 + i, ["bmi"] = 18 + (i % 13) })];
        double[] alone = new double[patients.Length];
        for (int i = 0; i < patients.Length; i++)
        {
            alone[i] = (await Ask(patients[i])).Predictions.Single();
        }

        Answer[] together = await Task.WhenAll(patients.Select(patient => Ask(patient)));
        for (int i = 0; i < patients.Length; i++)
        {
            // A batch is a product of more rows, which may round the last bits differently.
            Assert.Equal(alone[i], together[i].Predictions.Single(), 1e-4);
        }

        Assert.Equal(alone, (await Ask(patients)).Predictions, static (a, b) => Math.Abs(a - b) < 1e-4);
    }

    [Theory]
    [InlineData("[{\"weight\":70}]", "There is no column 'weight'; those of a row are age, sex, bmi")]
    [InlineData("[]", "1 to 256 rows")]
    [InlineData("[null]", "1 to 256 rows")]
    [InlineData("null", "1 to 256 rows")]
    [InlineData("[{\"age\":\"old\"}]", "an object of numbers by column (line 1, byte")]
    [InlineData("{", "1 to 256 rows")]
    public async Task A_request_that_is_wrong_is_told_what_is_expected(string body, string expected)
    {
        using HttpResponseMessage response = await _http.PostAsync("/predict", new StringContent(body, Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(expected, (await response.Content.ReadFromJsonAsync(Messages.Default.Problem))!.Error, StringComparison.Ordinal);
        Assert.Contains("serving_rejected_total 1\n", await _http.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_model_answers_once_it_is_put_and_a_file_that_is_none_changes_nothing()
    {
        Dictionary<string, double?> patient = new() { ["age"] = 50 };
        Answer before = await Ask(patient);
        Patients.Train(2, epochs: 2).Save(_folder["next.safetensors"]);
        Health health = await Put(await System.IO.File.ReadAllBytesAsync(_folder["next.safetensors"]));
        Answer after = await Ask(patient);
        Assert.Equal((1, 2, 2), (before.Model, health.Model, after.Model));
        Assert.NotEqual(before.Predictions[0], after.Predictions[0]);

        byte[] damaged = await System.IO.File.ReadAllBytesAsync(File);
        foreach (byte[] bytes in new[] { [], "junk"u8.ToArray(), damaged[..^1] })
        {
            using HttpResponseMessage refused = await _http.PutAsync("/model", new ByteArrayContent(bytes));
            Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        }

        Assert.Equal(after.Predictions, (await Ask(patient)).Predictions);
        Assert.Equal(health, (await _http.GetFromJsonAsync("/health", Messages.Default.Health))! with { Columns = health.Columns });
        string metrics = await _http.GetStringAsync("/metrics");
        Assert.Contains($"serving_model_version{{fingerprint=\"{health.Fingerprint}\"}} 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("serving_requests_total 3\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    [Trait("Category", "Slow")]
    public async Task Under_load_with_models_replaced_no_request_fails()
    {
        using StringWriter output = new();
        LoadResult result = await LoadTest.Run(File, _folder.Root, seconds: 3, clients: 8, output);
        Assert.True(result.IsClean, output.ToString());
        Assert.True(result.RowsPerBatch > 1, output.ToString());
    }

    private Task<Answer> Ask(params Dictionary<string, double?>[] rows) => Ask(_http, rows);

    private static async Task<Answer> Ask(HttpClient http, Dictionary<string, double?>[] rows)
    {
        using HttpResponseMessage response =
            await http.PostAsJsonAsync("/predict", [.. rows], Messages.Default.ListDictionaryStringNullableDouble);
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync(Messages.Default.Answer))!;
    }

    private async Task<Health> Put(byte[] model)
    {
        using HttpResponseMessage response = await _http.PutAsync("/model", new ByteArrayContent(model));
        Assert.True(response.IsSuccessStatusCode, await response.Content.ReadAsStringAsync());
        return (await response.Content.ReadFromJsonAsync(Messages.Default.Health))!;
    }
}
