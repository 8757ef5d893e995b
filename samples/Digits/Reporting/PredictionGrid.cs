using System.Globalization;
using System.Text;

namespace DeepLearning.Samples.Digits.Reporting;

/// <summary>Draws images with what the network took them for.</summary>
internal static class PredictionGrid
{
    private const float Visible = 0.01f;

    public static string Draw(IReadOnlyList<Prediction> predictions)
    {
        StringBuilder html = new("<div class=\"digits\">\n");
        foreach (Prediction prediction in predictions)
        {
            string answer = prediction.IsRight ? $"{prediction.Actual}" : $"{prediction.Actual} → {prediction.Predicted}";
            string label = prediction.IsRight
                ? $"digit {prediction.Actual}, recognised"
                : $"digit {prediction.Actual}, taken for {prediction.Predicted}";
            string confidence = (prediction.Confidence * 100).ToString("0.0", CultureInfo.InvariantCulture);
            html.Append(prediction.IsRight ? "<figure>" : "<figure class=\"miss\">");
            DrawImage(html, prediction.Pixels, label);
            html.Append(CultureInfo.InvariantCulture, $"<figcaption><b>{answer}</b> <span>{confidence} %</span></figcaption></figure>\n");
        }

        return html.Append("</div>\n").ToString();
    }

    private static void DrawImage(StringBuilder html, float[] pixels, string label)
    {
        int side = (int)Math.Sqrt(pixels.Length);
        html.Append(CultureInfo.InvariantCulture, $"<svg viewBox=\"0 0 {side} {side}\" role=\"img\" aria-label=\"{label}\">");
        for (int index = 0; index < pixels.Length; index++)
        {
            if (pixels[index] > Visible)
            {
                html.Append(
                    CultureInfo.InvariantCulture,
                    $"<rect x=\"{index % side}\" y=\"{index / side}\" width=\"1\" height=\"1\" fill-opacity=\"{pixels[index]:0.##}\"/>");
            }
        }

        html.Append("</svg>");
    }
}
