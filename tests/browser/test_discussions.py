"""Two members talk: about a passage of a sheet, with names, files and a second thought."""

from playwright.sync_api import expect

from tests.browser.screens import violations

AUTHOR, READER = "member.turin@example.org", "member@example.org"
MARK_A_PARAGRAPH = """() => {
  const paragraph = document.querySelector("main .lead");
  const range = document.createRange();
  range.selectNodeContents(paragraph);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
  return paragraph.textContent.trim();
}"""


def test_member_asks_about_a_passage_and_another_one_answers(page, context, portal, log_in):
    log_in(AUTHOR)
    page.goto("/en/practices/bart/")
    passage = page.evaluate(MARK_A_PARAGRAPH)
    page.get_by_role("link", name="Ask about it in").click()
    page.wait_for_load_state()
    expect(page.locator("#id_passage")).to_have_value(passage)
    page.fill("#id_title", "Una domanda sulla frase iniziale")
    field = page.locator("#id_text")
    field.press_sequentially("Come avete cominciato, @demo member (the")
    expect(page.locator(".names__option")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(field).to_have_value("Come avete cominciato, @Demo Member (The Hague) ")
    page.get_by_role("button", name="Preview").first.click()
    expect(page.locator(".preview .mention")).to_have_text("@Demo Member (The Hague)")
    assert violations(page) == []
    page.get_by_role("button", name="Open the discussion").click()
    page.wait_for_url("**/en/discussions/*/")
    expect(page.locator(".passage")).to_have_text(passage)
    expect(page.locator(".post .language-tag")).to_have_text("italiano")
    assert violations(page) == []
    thread = page.url

    page.click(".account-menu summary")
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/en/")
    log_in(READER, "nl")
    page.goto("/nl/discussions/")
    page.locator(".thread-item--new", has_text="Una domanda sulla frase iniziale").get_by_role("link").nth(1).click()
    expect(page.locator(".post--new")).to_have_count(1)
    page.locator("[data-portal-quote]").click()
    expect(page.locator("#id_text")).to_be_focused()
    page.keyboard.type("Met een buurt die het wilde.")
    page.set_input_files("[name=attachments]", {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"Plan"})
    page.locator(".writing button[type=submit]").first.click()
    expect(page.locator(".post")).to_have_count(2)
    answer = page.locator(".post").nth(1)
    expect(answer.locator("blockquote")).to_contain_text("Come avete cominciato")
    expect(answer.locator(".post__files")).to_contain_text("plan")
    assert violations(page) == []
    page.goto(thread.replace("/en/", "/nl/"))
    expect(page.locator(".post--new")).to_have_count(0)


def test_reply_is_previewed_and_quoted_without_scripts(chromium, portal):
    context = chromium.new_context(base_url=portal.address, locale="en", java_script_enabled=False)
    page = context.new_page()
    portal.log_in(context, READER)
    page.goto("/en/discussions/")
    page.locator(".thread-item__title", has_text="companies to take part in an exercise").click()
    page.get_by_role("link", name="Quote").first.click()
    quotation = page.locator("#id_text").input_value()
    page.fill("#id_text", f"{quotation}I agree with **this**.")
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview blockquote")).to_have_count(1)
    expect(page.locator(".preview strong")).to_have_text("this")
    expect(page.locator("#id_text")).to_have_value(f"{quotation}I agree with **this**.")
    context.close()
