using DeepLearning.Layers;

namespace DeepLearning.Tests.Layers;

[Trait("Rerun", "Culture")]
public class ModuleSummaryTests
{
    [Fact]
    public void The_table_has_layers_shapes_parameters_and_totals()
    {
        Sequential model = new(new Flatten(), new Linear(6, 4), new Linear(4, 2, bias: false));
        model.Train();
        ModuleSummary summary = model.Summary(5, 2, 3);
        Assert.True(model.Training);
        Assert.Equal(["[5, 2]", "[5, 6]", "[5, 4]", "[5, 2]"], summary.Rows.Select(r => r.Output));
        Assert.Equal(36, summary.Parameters);
        Assert.Equal(36 * 4, summary.ParameterBytes);
        Assert.Equal(
            """
            layer                      output  parameters
            ─────────────────────────────────────────────
            Sequential                 [5, 2]
              0: Flatten               [5, 6]
              1: Linear(6→4)           [5, 4]          28
              2: Linear(4→2, no bias)  [5, 2]           8
            ─────────────────────────────────────────────
            parameters 36 (0.00 MB)
            """.ReplaceLineEndings("\n"), summary.ToString());
    }
}
